import { type NamedTensor, sizeOf } from '../../core/index.js';
import type { Evaluation } from '../../session/index.js';
import { type CheckSamples, openCheckSamples } from './check-samples.js';
import { floatWeights } from './packing.js';
import { type RoundedWeights, storeTensors } from './rounding.js';
import { MUCH_NOISE, roundingNoise, WORTHWHILE_SHARE } from './rounding-noise.js';

/** Enough to tell which kernels do most of the damage: each is tried alone. */
const SAMPLES = 32;
/** Noise from which on no more are: 33 dB, which leaves 30 on other samples. */
const AIM = 5e-4;
/** A kernel that alone makes less noise than that is not worth a try. */
const MIN_NOISE = AIM / 10;
/** Share of the rounded weights that may stay in float. */
const MAX_SHARE = 0.15;

/** Outputs that count, and kernels that may stay in float. */
export interface SpareRules {
  /** Tells of the index of an output whether its noise counts. */
  readonly counts: (output: number) => boolean;
  /** Tells whether a kernel may stay in float. */
  readonly mayStay: (name: string) => boolean;
}

/** Weights of which a few kernels may be in float. */
export interface SparedWeights {
  readonly rounded: RoundedWeights;
  /** Names of those kernels. */
  readonly spared: readonly string[];
}

/**
 * Where an output is noisy, leaves the few kernels in float that make it so: small ones that do much of the damage, as the
 * first layers do in some models, the most noise for its weights first, until the noise is low or a seventh of the weights
 * is spent. Where that doesn't take half of the noise away, all stay rounded.
 */
export async function spareWorst(
  evaluation: Evaluation,
  rounded: RoundedWeights,
  { counts, mayStay }: SpareRules,
): Promise<SparedWeights> {
  const samples = await openCheckSamples(evaluation, SAMPLES);
  try {
    const noiseOf = noiseMeter(evaluation, samples, counts);
    const before = await noiseOf(rounded);
    if (before <= MUCH_NOISE) return { rounded, spared: [] };
    const weights = floatWeights(evaluation.liveModel);
    const spared: string[] = [];
    let [best, noise, left] = [rounded, before, MAX_SHARE * totalSize(weights, rounded)];
    const small = weights.filter(({ name, shape }) => mayStay(name) && sizeOf(shape) <= left);
    const ordered = await worstFirst(small, (name) => noiseOf(alone(rounded, weights, name)));
    for (const { name, shape } of ordered) {
      if (sizeOf(shape) > left) continue;
      const tried = inFloat(best, weights, [name]);
      const remaining = await noiseOf(tried);
      if (remaining >= noise) continue;
      [best, noise, left] = [tried, remaining, left - sizeOf(shape)];
      spared.push(name);
      if (noise <= AIM) break;
    }
    return noise <= WORTHWHILE_SHARE * before ? { rounded: best, spared } : { rounded, spared: [] };
  } finally {
    samples.dispose();
  }
}

/** Measures the noise of the worst output that counts. */
function noiseMeter(evaluation: Evaluation, samples: CheckSamples, counts: SpareRules['counts']) {
  return async (rounded: RoundedWeights): Promise<number> => {
    const noise = await roundingNoise(evaluation, samples, rounded);
    return Math.max(0, ...noise.map((each, output) => (counts(output) ? (each ?? 0) : 0)));
  };
}

/** Kernels that are worth a try, by the noise that each makes alone for its size. */
async function worstFirst(
  kernels: readonly NamedTensor[],
  noiseAlone: (name: string) => Promise<number>,
): Promise<NamedTensor[]> {
  const measured: { readonly kernel: NamedTensor; readonly noise: number }[] = [];
  for (const kernel of kernels) measured.push({ kernel, noise: await noiseAlone(kernel.name) });
  const worth = ({ kernel, noise }: (typeof measured)[number]) => noise / sizeOf(kernel.shape);
  return measured
    .filter(({ noise }) => noise >= MIN_NOISE)
    .sort((a, b) => worth(b) - worth(a))
    .map(({ kernel }) => kernel);
}

/** One kernel rounded, and all others in float. */
function alone(rounded: RoundedWeights, weights: readonly NamedTensor[], name: string): RoundedWeights {
  return inFloat(
    rounded,
    weights,
    [...rounded.grids.keys()].filter((other) => other !== name),
  );
}

const totalSize = (weights: readonly NamedTensor[], { grids }: RoundedWeights): number =>
  weights.reduce((sum, { name, shape }) => sum + (grids.has(name) ? sizeOf(shape) : 0), 0);

function inFloat(
  { plan: planned, grids: fitted }: RoundedWeights,
  weights: readonly NamedTensor[],
  names: readonly string[],
): RoundedWeights {
  const [plan, grids] = [new Map(planned), new Map(fitted)];
  for (const name of names) {
    plan.set(name, { name, grid: null, reason: 'at 8 bits it made an output too noisy' });
    grids.delete(name);
  }
  return { plan, grids, stored: storeTensors(weights, plan, grids) };
}

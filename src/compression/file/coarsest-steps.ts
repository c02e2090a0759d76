import { channelLayout, type NamedTensor } from '../../core/index.js';
import { encode, type Quantizer, uint8, uint8Steps } from '../../quantize/index.js';
import type { Evaluation } from '../../session/index.js';
import { type CheckSamples, openCheckSamples } from './check-samples.js';
import { withOwnSteps } from './own-steps.js';
import { floatWeights } from './packing.js';
import { fitGrids, type RoundedWeights, storeTensors } from './rounding.js';
import { MUCH_NOISE, roundingNoise, WORTHWHILE_SHARE } from './rounding-noise.js';
import { spareWorst } from './spare-worst.js';

const MAX_SAMPLES = 256;
/** Larger steps must make that much less noise than the converter's, since other samples will say something else. */
const MAX_SHARE = 0.9;
/** Sizes of a step that are tried, in units of the converter's, the coarsest first. */
const FACTORS = [1.12, 1.09, 1.06, 1.03, 1];
/** Rounding of the converter: to the nearest step, whatever that does to a channel's mean. */
const nearestUint8: Quantizer = { ...uint8, encode };

/** Rounded weights, and notes on their steps. */
export interface SteppedWeights {
  readonly rounded: RoundedWeights;
  readonly notes: readonly string[];
}

/**
 * Rounds kernels that have the steps of uint8 weights to the largest ones with which every output stays as near to the
 * float model's, on a few samples, as with the nearest uint8 weights: errors that cancel out in each channel leave room
 * for that. Where they don't, the nearest ones are taken; and where an output of plain values has much noise with steps of
 * one size, and hardly half of it with a size for each channel, as where its columns are of different sizes, those. Of
 * what is then too noisy a few kernels are left in float.
 *
 * @param rounded  Other kernels in it, and those with a range of their own, stay as they are.
 */
export async function coarsestAsNear(
  evaluation: Evaluation,
  rounded: RoundedWeights,
): Promise<SteppedWeights> {
  const weights = floatWeights(evaluation.liveModel);
  if (!weights.some(({ name }) => hasFreeSteps(rounded, name))) return { rounded, notes: [] };
  const stepped = await withBestSteps(evaluation, rounded);
  const { rounded: best, spared } = await spareWorst(evaluation, stepped.rounded, {
    counts: (output) => evaluation.samples.heads[output]!.decision !== 'largest',
    mayStay: (name) => hasFreeSteps(rounded, name) && !isSetByUser(rounded, name),
  });
  return { rounded: best, notes: [...stepped.notes, ...noteOnSpared(spared)] };
}

async function withBestSteps(evaluation: Evaluation, rounded: RoundedWeights): Promise<SteppedWeights> {
  const samples = await openCheckSamples(evaluation, MAX_SAMPLES);
  try {
    const coarse = await coarsest(evaluation, samples, rounded);
    const poor = evaluation.samples.heads
      .map((_, output) => output)
      .filter((output) => isPoor(evaluation, coarse.noise, output));
    if (poor.length > 0) {
      const own = roundedByOwnSteps(rounded, floatWeights(evaluation.liveModel));
      const noise = await roundingNoise(evaluation, samples, own);
      if (poor.every((output) => noise[output]! <= WORTHWHILE_SHARE * coarse.noise[output]!))
        return { rounded: own, notes: [OWN_STEPS_NOTE] };
    }
    return { rounded: coarse.rounded, notes: [noteOn(coarse.factor)] };
  } finally {
    samples.dispose();
  }
}

/** Whether an output of plain values has so much noise that its steps are in question. */
function isPoor(
  { samples: { heads } }: Evaluation,
  noise: readonly (number | null)[],
  output: number,
): boolean {
  return heads[output]!.decision === null && (noise[output] ?? 0) > MUCH_NOISE;
}

/** Rounded weights with steps of one size in each kernel, and the noise of each output. */
interface Coarsest {
  readonly rounded: RoundedWeights;
  readonly factor: number;
  readonly noise: readonly (number | null)[];
}

async function coarsest(
  evaluation: Evaluation,
  samples: CheckSamples,
  rounded: RoundedWeights,
): Promise<Coarsest> {
  const weights = floatWeights(evaluation.liveModel);
  const nearest = withSteps(rounded, weights, 1, nearestUint8);
  const noise = await roundingNoise(evaluation, samples, nearest);
  // Where an output can't be measured, nothing coarser than the nearest is taken.
  const allowed = noise.map((each) => (each === null ? -1 : MAX_SHARE * each));
  for (const factor of FACTORS) {
    if (!(evaluation.clock?.allows(COARSER_STEPS) ?? true)) break;
    const tried = { rounded: withSteps(rounded, weights, factor, uint8), factor };
    const triedNoise = await roundingNoise(evaluation, samples, tried.rounded);
    if (triedNoise.every((each, output) => each !== null && each <= allowed[output]!))
      return { ...tried, noise: triedNoise };
  }
  return { rounded: nearest, factor: 1, noise };
}

function hasFreeSteps({ plan, grids }: RoundedWeights, name: string): boolean {
  return grids.get(name)?.quantizer.name === uint8.name && plan.get(name)?.grid?.clip === 1;
}

/** Whether `--layer` names the width of a kernel. */
function isSetByUser({ plan }: RoundedWeights, name: string): boolean {
  return plan.get(name)!.reason.startsWith('--layer');
}

function withSteps(
  rounded: RoundedWeights,
  weights: readonly NamedTensor[],
  factor: number,
  quantizer: Quantizer,
): RoundedWeights {
  const { plan } = rounded;
  const grids = new Map(rounded.grids);
  for (const { name, shape, values } of weights.filter((weight) => hasFreeSteps(rounded, weight.name))) {
    const layout = channelLayout(shape, plan.get(name)!.grid!.axes);
    grids.set(name, { ...uint8Steps(values as Float32Array, layout, factor), quantizer });
  }
  return { ...rounded, grids, stored: storeTensors(weights, plan, grids) };
}

/** Gives each channel of those kernels steps of its own size. */
function roundedByOwnSteps(rounded: RoundedWeights, weights: readonly NamedTensor[]): RoundedWeights {
  const plan = withOwnSteps(rounded.plan, (name) => hasFreeSteps(rounded, name));
  const grids = fitGrids(weights, plan);
  return { ...rounded, plan, grids, stored: storeTensors(weights, plan, grids) };
}

const COARSER_STEPS = "steps larger than those of the converter's uint8 weights";

const OWN_STEPS_NOTE =
  'each channel of a kernel has steps of its own size: steps of one size, as in uint8 weights, would have left an output ' +
  'of plain values below 20 dB, and with more than twice the noise';

function noteOn(factor: number): string {
  return `all channels of a kernel have steps of one size, ${factor === 1 ? 'those' : `${factor} times those`} of the converter's uint8 weights, and no output has more noise than with these; --quantizer uniform gives each channel steps of its own, in a larger file`;
}

const noteOnSpared = (names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [
        `left in float, since at 8 bits they made most of the noise of an output below 20 dB: ${names.join(', ')}`,
      ];

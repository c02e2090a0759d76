import { channelLayout, type NamedTensor, UNLIMITED } from '../../core/index.js';
import { encode, type Quantizer, uint8, uint8Steps } from '../../quantize/index.js';
import type { Evaluation } from '../../session/index.js';
import type { CheckSamples } from './check-samples.js';
import { hasFreeSteps } from './free-steps.js';
import { floatWeights } from './packing.js';
import { type RoundedWeights, storeTensors } from './rounding.js';
import { roundingNoise } from './rounding-noise.js';

/** Larger steps must make that much less noise than the converter's, since other samples will say something else. */
const MAX_SHARE = 0.9;
/** Sizes of a step that are tried, in units of the converter's, the coarsest first. */
const FACTORS = [1.12, 1.09, 1.06, 1.03, 1];
/** Rounding of the converter: to the nearest step, whatever that does to a channel's mean. */
const nearestUint8: Quantizer = { ...uint8, encode };

/** Work that a run without time leaves out. */
export const COARSER_STEPS = "steps larger than those of the converter's uint8 weights";

/** Rounded weights with steps of one size in each kernel. */
export interface Coarsest {
  readonly rounded: RoundedWeights;
  /** The steps' size in units of the converter's. */
  readonly factor: number;
  /** Noise of each output. */
  readonly noise: readonly (number | null)[];
  /** Milliseconds that it took to try one size. */
  readonly tryMs: number;
}

/**
 * Rounds kernels with free steps to the largest ones with which every output stays as near to the float model's as with
 * the nearest uint8 weights: errors that cancel out leave room for that. Where they don't, the nearest ones are taken.
 */
export async function coarsestSteps(
  evaluation: Evaluation,
  samples: CheckSamples,
  rounded: RoundedWeights,
): Promise<Coarsest> {
  const { clock = UNLIMITED } = evaluation;
  const weights = floatWeights(evaluation.liveModel);
  const nearest = nearestSteps(rounded, weights);
  const from = clock.elapsedMs;
  const noise = await roundingNoise(evaluation, samples, nearest);
  let tryMs = clock.elapsedMs - from;
  // Where an output can't be measured, nothing coarser than the nearest is taken.
  const allowed = noise.map((each) => (each === null ? -1 : MAX_SHARE * each));
  for (const factor of FACTORS) {
    if (!clock.allows(COARSER_STEPS, tryMs)) break;
    const triedAt = clock.elapsedMs;
    const tried = withSteps(rounded, weights, factor, uint8);
    const triedNoise = await roundingNoise(evaluation, samples, tried);
    tryMs = clock.elapsedMs - triedAt;
    if (triedNoise.every((each, output) => each !== null && each <= allowed[output]!))
      return { rounded: tried, factor, noise: triedNoise, tryMs };
  }
  return { rounded: nearest, factor: 1, noise, tryMs };
}

/** Rounds kernels with free steps as the converter does. */
export const nearestSteps = (rounded: RoundedWeights, weights: readonly NamedTensor[]): RoundedWeights =>
  withSteps(rounded, weights, 1, nearestUint8);

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

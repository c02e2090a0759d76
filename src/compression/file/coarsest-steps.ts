import { channelLayout, type NamedTensor } from '../../core/index.js';
import { encode, type Quantizer, uint8, uint8Steps } from '../../quantize/index.js';
import type { Evaluation } from '../../session/index.js';
import { openCheckSamples } from './check-samples.js';
import { floatWeights, wholeModel } from './packing.js';
import { type RoundedWeights, storeTensors } from './rounding.js';

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
 * for that. Where they don't, the nearest ones are taken.
 *
 * @param rounded  Other kernels in it, and those with a range of their own, stay as they are.
 */
export async function coarsestAsNear(
  evaluation: Evaluation,
  rounded: RoundedWeights,
): Promise<SteppedWeights> {
  const weights = floatWeights(evaluation.liveModel);
  if (!weights.some(({ name }) => hasFreeSteps(rounded, name))) return { rounded, notes: [] };
  const samples = await openCheckSamples(evaluation, MAX_SAMPLES);
  const noiseOf = async ({ stored }: RoundedWeights) => {
    const whole = wholeModel(evaluation.liveModel, stored, evaluation.samples);
    return samples.noiseBetween(samples.float, await samples.outputsOf(whole));
  };
  try {
    const nearest = withSteps(rounded, weights, 1, nearestUint8);
    // Where an output can't be measured, nothing coarser than the nearest is taken.
    const allowed = (await noiseOf(nearest)).map((noise) => (noise === null ? -1 : MAX_SHARE * noise));
    for (const factor of FACTORS) {
      const tried = withSteps(rounded, weights, factor, uint8);
      const noise = await noiseOf(tried);
      if (noise.every((each, output) => each !== null && each <= allowed[output]!))
        return { rounded: tried, notes: [noteOn(factor)] };
    }
    return { rounded: nearest, notes: [noteOn(1)] };
  } finally {
    samples.dispose();
  }
}

function hasFreeSteps({ plan, grids }: RoundedWeights, name: string): boolean {
  return grids.get(name)?.quantizer.name === uint8.name && plan.get(name)?.grid?.clip === 1;
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

function noteOn(factor: number): string {
  return `all channels of a kernel have steps of one size, ${factor === 1 ? 'those' : `${factor} times those`} of the converter's uint8 weights, and no output has more noise than with these; --quantizer uniform gives each channel steps of its own, in a larger file`;
}

import type { NamedTensor, Weight } from '../../core/index.js';
import { type CodedTensor, expandTensor, type RawTensor } from '../../pack/index.js';
import type { PlannedGrid } from '../../plan/index.js';
import type { Bits, Quantizer } from '../../quantize/index.js';
import type { LiveModel } from '../../session/index.js';
import { floatWeights } from './packing.js';
import type { RoundedWeights } from './rounding.js';

interface FloatTensor extends NamedTensor {
  readonly values: Float32Array;
}

interface Common {
  readonly weight: Weight;
  /** Why it has its bits. */
  readonly reason: string;
}

/** A quantized kernel: its values before and after, and its codes. */
export interface QuantizedWeight extends Common {
  readonly bits: Bits;
  readonly quantizer: Quantizer;
  readonly planned: PlannedGrid;
  /** The weight before compression. */
  readonly before: FloatTensor;
  readonly stored: CodedTensor;
  /** The codes as floats. */
  readonly after: FloatTensor;
}

/** A weight that stayed in float; training may have changed it all the same. */
export interface FloatWeight extends Common {
  readonly bits: null;
  readonly before: NamedTensor;
  readonly stored: RawTensor;
  /** The same values as `stored`. */
  readonly after: NamedTensor;
}

/** A weight of a model whose compression is done. */
export type FinalWeight = QuantizedWeight | FloatWeight;

/**
 * Lists every weight of a model whose compression is done, in the model's order; codes become floats here, once
 * for all measurements on them.
 */
export function finalWeights(liveModel: LiveModel, { plan, grids, stored }: RoundedWeights): FinalWeight[] {
  const floats = floatWeights(liveModel);
  return liveModel.weights.map((weight, index): FinalWeight => {
    const { grid, reason } = plan.get(weight.name)!;
    const before = floats[index]!;
    const tensor = stored[index]!;
    if (tensor.encoding === 'raw')
      return { weight, reason, bits: null, before, stored: tensor, after: expandTensor(tensor) };
    return {
      weight,
      reason,
      bits: grid!.bits,
      planned: grid!,
      quantizer: grids.get(weight.name)!.quantizer,
      before: before as FloatTensor,
      stored: tensor,
      after: expandTensor(tensor) as FloatTensor,
    };
  });
}

/** Selects the weights that were put on a grid. */
export function quantizedOf(weights: readonly FinalWeight[]): QuantizedWeight[] {
  return weights.filter((each) => each.bits !== null);
}

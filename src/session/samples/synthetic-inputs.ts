import type { SyntheticInput } from '../../data/index.js';
import type { LiveModel } from '../live-model.js';

/** Sizes in place of those that the model leaves open: images of 64x64, sequences of 16 steps. */
const OPEN_IMAGE_SIDE = 64;
const OPEN_STEPS = 16;
/** Values of an int32 input that is neither tokens nor an image: it is a mask, or a segment of two. */
const MASK_VALUES = 2;

/** Lists the inputs to synthesise: every size known, and the vocabulary of tokens. */
export function syntheticInputs({ inputs, uses }: Pick<LiveModel, 'inputs' | 'uses'>): SyntheticInput[] {
  return inputs.map(({ shape, dtype }, index) => ({
    shape: shape.map((size) => size ?? (shape.length >= 3 ? OPEN_IMAGE_SIDE : OPEN_STEPS)),
    dtype,
    limit: uses[index]!.vocabulary ?? (dtype === 'int32' && shape.length < 3 ? MASK_VALUES : null),
  }));
}

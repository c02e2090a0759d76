import type { SyntheticInput } from '../../data/index.js';
import type { LiveModel } from '../live-model.js';
import { knownSizes } from './known-sizes.js';

/** Values of an int32 input that is neither tokens nor an image: it is a mask, or a segment of two. */
const MASK_VALUES = 2;

/** Lists the inputs to synthesise: every size known, and the vocabulary of tokens. */
export function syntheticInputs({ inputs, uses }: Pick<LiveModel, 'inputs' | 'uses'>): SyntheticInput[] {
  return inputs.map(({ shape, dtype }, index) => ({
    shape: knownSizes(shape),
    dtype,
    limit: uses[index]!.vocabulary ?? (dtype === 'int32' && shape.length < 3 ? MASK_VALUES : null),
  }));
}

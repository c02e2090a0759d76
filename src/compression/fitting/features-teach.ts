import type { DataSource } from '../../data/index.js';
import type { Samples } from '../../session/index.js';

/** Training samples from which on the outputs tell enough (docs/decisions/0003). */
const MANY = 2000;

/**
 * Whether the outputs of activations teach beside those of a layers model: of a classifier, where inputs are synthesised
 * or real ones are few.
 */
export const featuresTeach = (
  { data }: { readonly data?: DataSource | undefined },
  { training, heads }: Pick<Samples, 'training' | 'heads'>,
): boolean =>
  (data === undefined || training.order.length < MANY) && heads.every(({ kind }) => kind !== 'linear');

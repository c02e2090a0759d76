import type { DataSource } from '../../data/index.js';
import type { LiveModel, Samples } from '../../session/index.js';

/** Training samples from which on the outputs tell enough (docs/decisions/0003). */
const MANY = 2000;

/**
 * Whether values inside a model teach beside its outputs, since its samples tell little: of a graph where inputs are
 * synthesised; of layers that classify there too, and where real ones are few.
 */
export const featuresTeach = (
  kind: LiveModel['kind'],
  { data }: { readonly data?: DataSource | undefined },
  { training, heads }: Pick<Samples, 'training' | 'heads'>,
): boolean =>
  kind === 'graph'
    ? data === undefined
    : (data === undefined || training.order.length < MANY) && heads.every((head) => head.kind !== 'linear');

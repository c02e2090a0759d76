import { QgtError } from '../../core/index.js';
import { affine } from './affine.js';
import { integer } from './integer.js';
import type { Quantizer } from './quantizer.js';
import { uniform } from './uniform.js';

/** Every quantizer, in the order of the help. */
export const quantizers: readonly Quantizer[] = [uniform, integer, affine];

/**
 * The quantizer of that name.
 *
 * @throws QgtError `usage` for a name that is not in the registry.
 */
export function findQuantizer(name: string): Quantizer {
  const found = quantizers.find((quantizer) => quantizer.name === name);
  if (found !== undefined) return found;
  throw new QgtError('usage', {
    where: '--quantizer',
    what: 'no such quantizer',
    got: name,
    expected: quantizers.map((quantizer) => quantizer.name).join(', '),
  });
}

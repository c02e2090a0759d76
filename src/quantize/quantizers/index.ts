import { QgtError } from '../../core/index.js';
import type { Bits } from '../bits.js';
import { affine } from './affine.js';
import { integer } from './integer.js';
import type { Quantizer } from './quantizer.js';
import { ternary } from './ternary.js';
import { uniform } from './uniform.js';

/** Every quantizer, in the order of the help. */
export const quantizers: readonly Quantizer[] = [uniform, integer, affine, ternary];

/**
 * The quantizer of that name.
 *
 * @throws QgtError `usage` for a name that is not in the registry.
 */
function findQuantizer(name: string): Quantizer {
  const found = quantizers.find((quantizer) => quantizer.name === name);
  if (found !== undefined) return found;
  throw new QgtError('usage', {
    where: '--quantizer',
    what: 'no such quantizer',
    got: name,
    expected: quantizers.map((quantizer) => quantizer.name).join(', '),
  });
}

/** What makes the grid of a tensor of so many bits: the quantizer of that name, where it has the width, else the first that has. */
export function quantizerFor(name: string, bits: Bits): Quantizer {
  const named = findQuantizer(name);
  return named.widths.includes(bits) ? named : quantizers.find(({ widths }) => widths.includes(bits))!;
}

/**
 * The width to take where the user names a quantizer and no layer in particular: the most of its widths up to `bits`.
 *
 * So `ternary` has 1.58 bits whatever is asked for, and 1.58 bits are ternary whatever the quantizer.
 */
export function widthFor(name: string, bits: Bits): Bits {
  return findQuantizer(name).widths.findLast((width) => width <= bits) ?? bits;
}

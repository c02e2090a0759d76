import { type ChannelLayout, QgtError } from '../../core/index.js';
import { BIT_WIDTHS, type Bits } from '../bits.js';
import { affine } from './affine.js';
import { cheapestOf } from './auto.js';
import { codebook } from './codebook.js';
import { integer } from './integer.js';
import { powerOfTwo } from './power-of-two.js';
import type { Quantizer } from './quantizer.js';
import { ternary } from './ternary.js';
import { uint8 } from './uint8.js';
import { uniform } from './uniform.js';

const fixed: readonly Quantizer[] = [uniform, integer, affine, ternary, powerOfTwo, codebook];

/** Every quantizer, in the order of the help. */
export const quantizers: readonly Quantizer[] = [...fixed, uint8, cheapestOf(fixed)];

/** The quantizer where the user names none: for 8 bits that of the smallest file as near as uint8 weights. */
export function defaultQuantizer(bits: Bits | 'auto'): string {
  return bits === 8 ? uint8.name : uniform.name;
}

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

/**
 * The quantizer for a tensor's grid: the one of that name if it supports the width, else the first that does.
 *
 * @returns The quantizer that was chosen from the weights, if the name stands for such a choice (`auto`).
 */
export function quantizerFor(
  name: string,
  weights: Float32Array,
  layout: ChannelLayout,
  bits: Bits,
): Quantizer {
  const named = findQuantizer(name);
  const able = named.widths.includes(bits) ? named : quantizers.find(({ widths }) => widths.includes(bits))!;
  return able.choose?.(weights, layout, bits) ?? able;
}

/** The widths that the quantizer of that name has a grid for, ascending. */
export function widthsOf(name: string): readonly Bits[] {
  return findQuantizer(name).widths;
}

/**
 * The width to take where the user names a quantizer and no layer in particular: the most of its widths up to `bits`.
 *
 * So `ternary` has 1.58 bits whatever is asked for, `power-of-two` at most 4, and 1.58 bits stay 1.58 whatever the name.
 */
export function widthFor(name: string, bits: Bits): Bits {
  return widthsOf(name).findLast((width) => width <= bits) ?? bits;
}

/** The widths that a model can be asked for with the quantizer of that name, ascending: 1.58 bits are ternary whatever the name. */
export const possibleWidths = (name: string): Bits[] =>
  BIT_WIDTHS.filter((bits) => widthFor(name, bits) === bits);

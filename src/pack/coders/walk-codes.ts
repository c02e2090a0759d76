import { sizeOf } from '../../core/index.js';
import { codeWidth } from '../coders/bits.js';
import { CodeModel } from './code-model.js';
import type { CodesForm } from './coder.js';
import type { RangeEncoder } from './range-encoder.js';

/**
 * Writes every code by a model that is told of the code's surroundings: its neighbours, one
 * step back along each of the last four dimensions, and how far from the middle the codes of its column and of its row
 * were lately.
 *
 * Dimensions of 1 at the end of a shape don't count, so that a depthwise kernel's channels are neighbours.
 */
export function walkCodes(codes: Uint8Array, { shape, levels }: CodesForm, encoder: RangeEncoder): void {
  const dimensions = shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1);
  // The last one first.
  const sizes = [...dimensions.reverse(), 1, 1, 1, 1];
  const strides = [0, 1, 2, 3].map((axis) => sizeOf(sizes.slice(0, axis)));
  const position = new Int32Array(4);
  const lowBits = Math.max(0, codeWidth(levels) - 4);
  // Averages over about eight codes, each 0 to 255 by its distance from the middle level, in eighths.
  let row = 1024;
  // No more of them than codes, whatever the shape of no codes says.
  const columns = new Uint16Array(Math.min(sizes[0]!, codes.length)).fill(row);
  const top = levels - 1;
  const model = new CodeModel();
  for (let index = 0; index < codes.length; index++) {
    for (let axis = 0; axis < 4; axis++) {
      model.contexts[axis] = position[axis]! > 0 ? 1 + (codes[index - strides[axis]!]! >> lowBits) : 0;
    }
    const column = position[0]!;
    const average = columns[column]!;
    model.contexts[4] = average >> 7;
    model.contexts[5] = row >> 7;
    const code = codes[index]!;
    model.write(code, levels, encoder);
    const distance = ((255 * Math.abs(2 * code - top)) / top) | 0;
    columns[column] = average + distance - (average >> 3);
    row += distance - (row >> 3);
    for (let axis = 0; axis < 4 && ++position[axis]! === sizes[axis]; axis++) position[axis] = 0;
  }
}

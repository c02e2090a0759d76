import { QgtError } from '../../core/index.js';
import { type ArraySource, checkLength } from './array-source.js';
import { type ByteSource, firstBytes } from './byte-source.js';
import { type ElementName, elementOf } from './element.js';

const ELEMENTS: Readonly<Record<number, ElementName>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/**
 * Reads the header of an idx file (MNIST's format) and leaves the numbers where they are.
 *
 * @throws QgtError `bad-data` if it is none or was cut short.
 * @see LeCun et al., "The MNIST database of handwritten digits", file formats.
 */
export async function idxArray(bytes: ByteSource): Promise<ArraySource> {
  const [zero, zeroToo, type, rank = 0] = await firstBytes(bytes, 4);
  const name = ELEMENTS[type ?? 0];
  if (zero !== 0 || zeroToo !== 0 || name === undefined || rank === 0) {
    throw new QgtError('bad-data', { where: bytes.where, what: 'not an idx file, or a damaged one' });
  }
  const start = 4 + 4 * rank;
  const header = await firstBytes(bytes, start);
  if (header.length < start)
    throw new QgtError('bad-data', { where: bytes.where, what: 'the file was cut short' });
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const shape = Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension, false));
  const source = { bytes, start, shape, element: elementOf(name, false) };
  checkLength(source);
  return source;
}

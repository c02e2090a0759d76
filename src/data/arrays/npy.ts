import { parse } from 'npyjs';
import { z } from 'zod';
import { describeError, QgtError } from '../../core/index.js';
import { type ArraySource, checkLength } from './array-source.js';
import { type ByteSource, firstBytes } from './byte-source.js';
import { type ElementName, elementOf } from './element.js';

const ELEMENTS: Readonly<Record<string, ElementName>> = {
  b1: 'bool',
  u1: 'uint8',
  i1: 'int8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** A header is some hundred bytes; one that claims more than this is no header. */
const MAX_HEADER_BYTES = 2 ** 16;

const headerSchema = z.object({
  dtype: z.string(),
  fortranOrder: z.boolean(),
  shape: z.array(z.int().nonnegative()).min(1),
});

/**
 * Reads the header of an .npy file and leaves the numbers where they are.
 *
 * @throws QgtError `bad-data` if it is none, was cut short, or holds what can't be a row of numbers.
 * @see numpy.lib.format, "Format Version 1.0" to "3.0".
 */
export async function npyArray(bytes: ByteSource): Promise<ArraySource> {
  const start = await headerEnd(bytes);
  const { dtype, fortranOrder, shape } = parseHeader(bytes.where, await firstBytes(bytes, start));
  const name = ELEMENTS[dtype];
  if (name === undefined) {
    throw new QgtError('bad-data', {
      where: bytes.where,
      what: 'elements that are no numbers of a known kind',
      got: dtype,
      expected: Object.values(ELEMENTS).join(', '),
      remedy: "save it with array.astype('float32')",
    });
  }
  if (fortranOrder && shape.length > 1) {
    throw new QgtError('bad-data', {
      where: bytes.where,
      what: 'the array is in column-major (Fortran) order',
      remedy: 'save it with numpy.ascontiguousarray(array)',
    });
  }
  const source = { bytes, start, shape, element: elementOf(name, true) };
  checkLength(source);
  return source;
}

/** Finds the end of the header, in bytes from the start. */
async function headerEnd(bytes: ByteSource): Promise<number> {
  const prefix = await firstBytes(bytes, 12);
  const isNpy = prefix.length === 12 && Buffer.from(prefix.subarray(0, 6)).toString('latin1') === '\x93NUMPY';
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  const end = !isNpy ? 0 : prefix[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (end === 0 || end > MAX_HEADER_BYTES) {
    throw new QgtError('bad-data', { where: bytes.where, what: 'not an .npy file, or a damaged one' });
  }
  return end;
}

/** npyjs reads whole files only; given the header alone it reads an array without elements. */
function parseHeader(where: string, header: Uint8Array): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(parse(header.slice().buffer));
  } catch (cause) {
    throw new QgtError('bad-data', {
      where,
      what: `its header can't be read (${describeError(cause).split('\n')[0]})`,
      expected: 'an array of numbers, little-endian, with at least one dimension',
      remedy: "save it with numpy.save(file, array.astype('<f4'))",
      cause,
    });
  }
}

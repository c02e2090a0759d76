import type { Shape } from '../../core/index.js';
import { QgtError, sizeOf } from '../../core/index.js';
import { type ByteSource, bytesFrom } from './byte-source.js';
import type { Element } from './element.js';

/** An array in a file: what its header says, and the numbers yet to be read. */
export interface ArraySource {
  readonly bytes: ByteSource;
  /** Offset of the first number, in bytes from the start of `bytes`. */
  readonly start: number;
  /** The count of rows first; the numbers are in row-major order. */
  readonly shape: Shape;
  readonly element: Element;
}

/** Bytes of the largest sample that is read: it is held in memory as a whole. */
const MAX_ROW_BYTES = 2 ** 28;

/**
 * Checks a header against the bytes that follow it, or can follow it at most, before memory is taken for them.
 *
 * @throws QgtError `bad-data` if there are fewer than the shape asks for, or if its rows are empty or far too large.
 */
export function checkLength({ bytes, start, shape, element }: ArraySource): void {
  const expected = sizeOf(shape) * element.bytes;
  const most = Math.max(0, bytes.maxSize - start);
  if (most < expected) throw truncated(bytes, most, expected);
  const rowBytes = sizeOf(shape.slice(1)) * element.bytes;
  if (shape[0] === 0 || (rowBytes > 0 && rowBytes <= MAX_ROW_BYTES)) return;
  throw new QgtError('bad-data', {
    where: bytes.where,
    what: rowBytes === 0 ? 'its rows are empty' : 'its rows are too large',
    got: `${rowBytes} bytes a row`,
    expected: `1 to ${MAX_ROW_BYTES}`,
    remedy: 'save it with the samples first',
  });
}

const BLOCK_BYTES = 2 ** 18;

/**
 * The bytes of an array in blocks of whole rows; a block is only valid until the next one is asked for.
 *
 * @throws QgtError `bad-data` if the file ends before the array does.
 */
export async function* rowBlocks(source: ArraySource): AsyncGenerator<Uint8Array> {
  const [count, ...rowShape] = source.shape;
  const rowBytes = sizeOf(rowShape) * source.element.bytes;
  const expected = count! * rowBytes;
  const block = new Uint8Array(Math.max(1, Math.floor(BLOCK_BYTES / rowBytes)) * rowBytes);
  let filled = 0;
  let done = 0;
  for await (const chunk of bytesFrom(source.bytes, source.start)) {
    for (let from = 0; from < chunk.length && done < expected; ) {
      const take = Math.min(chunk.length - from, block.length - filled, expected - done);
      block.set(chunk.subarray(from, from + take), filled);
      from += take;
      filled += take;
      done += take;
      if (filled < block.length && done < expected) continue;
      yield block.subarray(0, filled);
      filled = 0;
    }
    if (done === expected) return;
  }
  if (done < expected) throw truncated(source.bytes, done, expected);
}

function truncated({ where }: ByteSource, got: number, expected: number): QgtError {
  return new QgtError('bad-data', {
    where,
    what: 'the file was cut short',
    got: `${got} bytes of values at most`,
    expected,
    remedy: 'fetch or write it again',
  });
}

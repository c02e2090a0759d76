import { readStream } from '../core/read-stream.js';

/** Compresses with raw DEFLATE (RFC 1951). */
export function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return pipe(bytes, new CompressionStream('deflate-raw'), () => {});
}

/**
 * Undoes `deflate` where the result's length is known.
 *
 * @param length  Bytes that must come out; it stops where there are more.
 * @throws Error where `bytes` is not DEFLATE or the length is another.
 */
export async function inflate(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const inflated = await pipe(bytes, new DecompressionStream('deflate-raw'), (received) => {
    if (received > length) throw new RangeError();
  });
  if (inflated.length < length) throw new RangeError();
  return inflated;
}

function pipe(
  bytes: Uint8Array,
  through: CompressionStream | DecompressionStream,
  onBytes: (received: number) => void,
): Promise<Uint8Array> {
  return readStream(new Blob([bytes.slice()]).stream().pipeThrough(through), onBytes);
}

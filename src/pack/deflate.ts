import { readStream } from '../core/read-stream.js';

/** The part of Node that compresses harder than a stream of the web does, looked up at run time as no bundler sees. */
interface NodeGlobal {
  readonly process?: {
    getBuiltinModule?(id: 'node:zlib'): {
      deflateRawSync(bytes: Uint8Array, options: { level: number; memLevel: number }): Uint8Array;
    };
  };
}

/** Compresses with raw DEFLATE (RFC 1951): under Node as much as zlib can, a twentieth less of a graph. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const zlib = (globalThis as NodeGlobal).process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return pipe(bytes, new CompressionStream('deflate-raw'), () => {});
  return new Uint8Array(zlib.deflateRawSync(bytes, { level: 9, memLevel: 9 }));
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

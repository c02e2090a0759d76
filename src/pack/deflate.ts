/** Compresses with raw DEFLATE (RFC 1951). */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = pipe(bytes, new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Undoes `deflate` where the result's length is known.
 *
 * @param length  Bytes that must come out; it stops where there are more.
 * @throws Error where `bytes` is not DEFLATE or the length is another.
 */
export async function inflate(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const reader = pipe(bytes, new DecompressionStream('deflate-raw')).getReader();
  const inflated = new Uint8Array(length);
  let offset = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    inflated.set(value, offset); // throws where more comes out
    offset += value.length;
  }
  if (offset < length) throw new RangeError();
  return inflated;
}

function pipe(
  bytes: Uint8Array,
  through: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([bytes.slice()]).stream().pipeThrough(through);
}

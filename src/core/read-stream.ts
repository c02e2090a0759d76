/**
 * All bytes of a stream; none where there is no stream, as in a response without a body.
 *
 * @param onBytes  Gets the number of bytes so far whenever some arrive; what it throws ends the reading.
 */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  onBytes: (received: number) => void,
): Promise<Uint8Array> {
  let received = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      received += chunk.length;
      onBytes(received);
      controller.enqueue(chunk);
    },
  });
  return new Uint8Array(await new Response(stream?.pipeThrough(counter)).arrayBuffer());
}

import { describeError, QgtError } from '../core/index.js';
import { readStream } from '../core/read-stream.js';
import { readLocalFile } from './local-file.js';

/** Where a packed model can come from: a URL, a path (Node), or its bytes. */
export type QgtSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** How a source is read. */
export interface ReadOptions {
  /** Gets the share of the bytes received, 0 to 1; if the server doesn't send the length, only 1 at the end. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /**
   * Most bytes of metadata and float32 weights that the file may unpack to; default: 256 times its length, but 16 MiB at
   * least and 2 GiB at most.
   */
  readonly maxUnpackedBytes?: number | undefined;
  /** In place of the global `fetch`: for headers, credentials or an AbortSignal. */
  readonly fetch?: ((url: string) => Promise<Response>) | undefined;
}

/** Names a source, for messages. */
export function nameOf(source: QgtSource): string {
  if (typeof source === 'string') return source;
  if ('href' in source) return source.href;
  return 'name' in source ? String(source.name) : 'packed model';
}

/**
 * Reads all bytes of a source.
 *
 * @throws QgtError `not-found` where a URL or a file cannot be read.
 */
export async function readSource(source: QgtSource, options: ReadOptions): Promise<Uint8Array> {
  const url = nameOf(source);
  if (typeof source !== 'string' && !('href' in source)) {
    if (ArrayBuffer.isView(source)) return source;
    return new Uint8Array('size' in source ? await source.arrayBuffer() : source);
  }
  try {
    return (await readLocalFile(url)) ?? (await download(url, options));
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw new QgtError('not-found', {
      where: url,
      what: `cannot be read (${describeError(cause)})`,
      remedy: 'check the address, and the server for CORS',
      cause,
    });
  }
}

async function download(
  url: string,
  { fetch: ask = (at) => fetch(at), onProgress }: ReadOptions,
): Promise<Uint8Array> {
  const response = await ask(url);
  if (!response.ok) {
    throw new QgtError('not-found', {
      where: url,
      what: 'the server refuses',
      got: `status ${response.status}`,
    });
  }
  // With a compressed body the content length differs from the bytes counted here.
  const encoded = response.headers.has('content-encoding');
  const total = encoded ? 0 : Number(response.headers.get('content-length'));
  const bytes = await readStream(response.body, (received) => {
    if (received < total) onProgress?.(received / total);
  });
  onProgress?.(1);
  return bytes;
}

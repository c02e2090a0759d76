import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A web server on the loopback interface. */
export interface FileServer {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves files by name; `?chunked` leaves the length out, `?gzip` compresses on the way, others give 404.
 *
 * @param files  Bytes by name.
 */
export async function serveFiles(files: ReadonlyMap<string, Uint8Array>): Promise<FileServer> {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const bytes = files.get(pathname.slice(1));
    if (bytes === undefined) {
      response.writeHead(404).end('<!DOCTYPE html><title>Not found</title>');
      return;
    }
    const sent = search === '?gzip' ? gzipSync(bytes) : bytes;
    if (search === '?gzip') response.setHeader('content-encoding', 'gzip');
    if (search !== '?chunked') response.setHeader('content-length', sent.length);
    response.write(sent.subarray(0, sent.length >> 1));
    response.end(sent.subarray(sent.length >> 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The parts of Node that are needed, looked up at run time so that no bundler sees an import. */
interface NodeGlobal {
  readonly location?: unknown;
  readonly process?: {
    getBuiltinModule?(id: 'node:fs/promises'): { readFile(path: string | URL): Promise<Uint8Array> };
  };
}

/**
 * Reads a `file:` URL, or under Node a path.
 *
 * @returns undefined where `url` is neither, or there are no files here, as in a browser.
 */
export async function readLocalFile(url: string): Promise<Uint8Array | undefined> {
  const { process, location } = globalThis as NodeGlobal;
  const files = process?.getBuiltinModule?.('node:fs/promises');
  if (url.startsWith('file:')) return files?.readFile(new URL(url));
  // A web page has a location, which relative URLs refer to; one letter and a colon is a Windows drive.
  const isPath = location === undefined && !/^[a-z][\w+.-]+:/i.test(url);
  return isPath ? files?.readFile(url) : undefined;
}

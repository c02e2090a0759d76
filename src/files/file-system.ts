import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';

/** Content of a file: bytes, a text, or bytes in pieces. */
export type Content = Uint8Array | string | Iterable<Uint8Array>;

/** Operations that staging and committing ask of a disk; a test may cut it off after any of its operations. */
export interface FileSystem {
  /** Makes a folder and those above it. @returns The topmost that it made, or undefined. */
  makeFolder(path: string): Promise<string | undefined>;
  /** Writes a file, in pieces where they are given, and waits until its bytes are on the disk. */
  write(path: string, content: Content): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** Removes a file, where it is there. */
  remove(path: string): Promise<void>;
  /** Removes a folder where it is there and empty. */
  removeFolder(path: string): Promise<void>;
}

/** The disk of this machine. */
export const disk: FileSystem = {
  makeFolder: (path) => mkdir(path, { recursive: true }),
  write: async (path, content) => {
    const handle = await open(path, 'w');
    try {
      // Each goes on where the one before has ended.
      for (const piece of piecesOf(content)) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  syncFolder: async (path) => {
    // Windows opens no folder; there the names reach the disk with the files.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  remove: (path) => rm(path, { force: true }),
  removeFolder: (path) => rmdir(path).catch(ignoreOccupied),
};

const piecesOf = (content: Content): Iterable<Uint8Array | string> =>
  typeof content === 'string' || content instanceof Uint8Array ? [content] : content;

/** Codes of a folder that isn't there, or isn't empty: Linux and Windows, macOS, Solaris. */
const OCCUPIED = ['ENOENT', 'ENOTEMPTY', 'EEXIST'];

function ignoreOccupied(thrown: NodeJS.ErrnoException): void {
  if (!OCCUPIED.includes(thrown.code ?? '')) throw thrown;
}

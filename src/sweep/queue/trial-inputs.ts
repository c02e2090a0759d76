import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { dataFiles } from '../../data/fingerprint.js';
import { modelFiles } from '../model-files.js';
import type { Trial } from '../trial.js';
import { mapPaths } from '../trial-paths.js';
import type { TrialInputs } from './file-keys.js';
import type { HashedFile } from './queued-trial.js';

/** Files that trials of a sweep read, told by their content; each is read once. */
export class SweepInputs {
  readonly #folder: string;
  readonly #hashed = new Map<string, Promise<HashedFile | null>>();
  readonly #paths = new Map<string, string>();

  /** @param folder  The folder of the sweep, which the paths of its trials are relative to. */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /** Lists the files of a trial's model, data and modules. */
  async of({ options }: Trial): Promise<TrialInputs> {
    const absolute = mapPaths(options, (path) => resolve(this.#folder, path));
    const { model, data, eval: second, require } = absolute;
    const paths = [
      ...(await modelFiles(String(model))),
      ...(
        await Promise.all([data, second].map((each) => (typeof each === 'string' ? dataFiles(each) : [])))
      ).flat(),
      ...[require ?? []].flat().map(String),
    ];
    const files: HashedFile[] = [];
    for (const path of new Set(paths)) {
      const file = await this.#hash(path);
      if (file !== null) files.push(file);
    }
    return { options: mapPaths(absolute, inside), files };
  }

  /** Where the file of a content lies; undefined where no trial that was asked for reads it. */
  pathOf(hash: string): string | undefined {
    return this.#paths.get(hash);
  }

  #hash(path: string): Promise<HashedFile | null> {
    const found = this.#hashed.get(path) ?? this.#read(path);
    this.#hashed.set(path, found);
    return found;
  }

  async #read(path: string): Promise<HashedFile | null> {
    // Not there, such as one of the names that labels may have.
    if (!(await stat(path).catch(() => null))?.isFile()) return null;
    const { hash, bytes } = await hashOf(path);
    this.#paths.set(hash, path);
    return { path: inside(path), hash, bytes };
  }
}

/** The content of a file, told by its checksum. */
export async function hashOf(path: string): Promise<Pick<HashedFile, 'hash' | 'bytes'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hash: hash.digest('hex'), bytes };
}

export const hashBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An absolute path as one inside another folder: the same files lie beside each other there. */
function inside(path: string): string {
  const { root } = parse(path);
  const drive = root.replace(/[^a-z0-9]/gi, '');
  return [...(drive === '' ? [] : [drive]), ...path.slice(root.length).split(/[\\/]+/)].join('/');
}

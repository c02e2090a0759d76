import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { QgtError } from '../../core/index.js';
import { pathKind } from '../../files/index.js';
import type { Trial } from '../trial.js';
import { mapPaths } from '../trial-paths.js';
import { inputsSchema, pieceCount, type TrialInputs } from './file-keys.js';
import type { FileRequests } from './file-requests.js';
import type { HashedFile, QueuedTrial } from './queued-trial.js';
import { hashBytes, hashOf } from './trial-inputs.js';

/** Files fetched at a time. */
const AT_ONCE = 8;

/** A trial of a folder that is out of reach, in a folder of this worker's own. */
export interface LocalTrial {
  readonly folder: string;
  readonly trial: Trial;
  /** A text in which what was fetched has the paths that it has where the sweep is. */
  readonly named: (text: string) => string;
}

/**
 * Models and data that a worker has fetched, by the checksums of their contents: each content once, whoever asks for it.
 *
 *     CACHE/files/HASH      contents
 *     CACHE/inputs/HASH/    files of a model and its data under their names, linked to their contents
 *     CACHE/sweeps/ID/      trials of a sweep, as its own folder would have them
 */
export class FetchedInputs {
  readonly #cache: string;
  readonly #requests: FileRequests;

  constructor(cache: string, requests: FileRequests) {
    this.#cache = cache;
    this.#requests = requests;
  }

  /** Fetches what a trial reads, where that isn't here yet. @throws NoAnswer; QgtError `queue`. */
  async place({ sweep, trial }: QueuedTrial, signal?: AbortSignal): Promise<LocalTrial> {
    const text = await this.#requests.ask(sweep, { kind: 'inputs', trial: trial.id }, signal);
    const inputs = inputsSchema.parse(JSON.parse(text.toString()));
    const folder = join(this.#cache, 'inputs', hashBytes(text));
    if ((await pathKind(folder)) !== 'folder') await this.#layOut(sweep, inputs, folder, signal);
    const options = mapPaths(inputs.options, (path) => join(folder, path));
    return {
      folder: join(this.#cache, 'sweeps', sweep),
      trial: { ...trial, options },
      named: outsideOf(folder),
    };
  }

  async #layOut(sweep: string, { files }: TrialInputs, folder: string, signal?: AbortSignal): Promise<void> {
    const aside = `${folder}.${randomUUID()}.tmp`;
    let next = 0;
    const work = async (): Promise<void> => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) {
        const content = await this.#content(sweep, file, signal);
        const path = join(aside, file.path);
        await mkdir(dirname(path), { recursive: true });
        // Disks without links, and those with few of them.
        await link(content, path).catch(() => copyFile(content, path));
      }
    };
    try {
      await mkdir(aside, { recursive: true });
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      // Another process of this machine may have been quicker, with the same.
      await rename(aside, folder).catch(async (thrown) => {
        if ((await pathKind(folder)) !== 'folder') throw thrown;
      });
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }

  /** @returns The path of a content that is here, and whole. */
  async #content(sweep: string, file: HashedFile, signal?: AbortSignal): Promise<string> {
    const path = join(this.#cache, 'files', file.hash);
    if ((await pathKind(path)) === 'file') return path;
    const aside = `${path}.${randomUUID()}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    try {
      const handle = await open(aside, 'w');
      try {
        for (let index = 0; index < pieceCount(file); index++)
          await handle.write(
            await this.#requests.ask(sweep, { kind: 'piece', hash: file.hash, index }, signal),
          );
      } finally {
        await handle.close();
      }
      const { hash } = await hashOf(aside);
      if (hash !== file.hash) throw changed(file);
      await rename(aside, path);
      return path;
    } finally {
      await rm(aside, { force: true });
    }
  }
}

/** Turns paths inside a folder of inputs back into absolute ones, as `inside` has made them. */
const outsideOf =
  (folder: string) =>
  (text: string): string =>
    text.replaceAll(`${folder}${sep}`, sep);

const changed = ({ path }: HashedFile): QgtError =>
  new QgtError('queue', {
    where: path,
    what: 'was changed while the sweep ran',
    remedy: 'end the sweep and start it again: it makes new trials of what the file is now',
  });

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { describeError, QgtError } from '../core/index.js';
// These files only: the indexes load TensorFlow, which is for the processes of trials.
import { dataFingerprint } from '../data/fingerprint.js';
import { pathKind } from '../files/index.js';
import type { ParsedOptions } from '../pipeline/parse-options.js';
import { modelFiles } from './model-files.js';

type Inputs = Pick<ParsedOptions<'compress'>, 'model' | 'data' | 'eval' | 'require'>;

/** Checksums of what trials read, each of which is looked at once. */
export class InputChecksums {
  readonly #known = new Map<string, Promise<string>>();

  /**
   * Tells a model by the bytes of its files and of the modules that it needs, data by the names, sizes and times of its files.
   *
   * @throws QgtError `not-found` where the model or the data isn't there; `usage` for data in memory.
   */
  async of({ model, data, eval: second, require }: Inputs): Promise<string> {
    const parts = [
      await this.#once(`model ${model}`, () => modelFiles(model).then(filesChecksum)),
      ...(await Promise.all(require.map((path) => this.#once(`file ${path}`, () => filesChecksum([path]))))),
    ];
    for (const source of [data, second]) {
      if (source === undefined) parts.push('');
      else if (typeof source !== 'string') throw notInMemory();
      else parts.push(await this.#once(`data ${source}`, () => dataChecksum(source)));
    }
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  }

  #once(key: string, compute: () => Promise<string>): Promise<string> {
    const found = this.#known.get(key) ?? compute();
    this.#known.set(key, found);
    return found;
  }
}

async function filesChecksum(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await addFile(hash, path);
  return hash.digest('hex');
}

async function addFile(hash: Hash, path: string): Promise<void> {
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) hash.update(chunk);
  }).catch((cause) => {
    throw new QgtError('not-found', {
      where: path,
      what: `cannot be read: ${describeError(cause)}`,
      remedy: 'check the path',
      cause,
    });
  });
}

const notInMemory = (): QgtError =>
  new QgtError('usage', {
    where: 'data',
    what: 'trials run in processes of their own, which read files',
    got: 'data in memory',
    expected: 'the path of a file or folder',
    remedy: 'write the data to an .npz file',
  });

async function dataChecksum(path: string): Promise<string> {
  if ((await pathKind(path.replace(/#[a-z]+$/i, ''))) === 'nothing')
    throw new QgtError('not-found', {
      where: path,
      what: 'no such file or folder',
      remedy: 'check the path',
    });
  return dataFingerprint(path);
}

import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QgtError } from '../../core/index.js';
import { checkFile, describePath, pathKind } from '../../files/index.js';
import { refuseForeignFolder } from './foreign-formats.js';

/**
 * Finds the file that a user means by a path: the file itself, the JSON of a folder or the only file of Keras in it, or a
 * `file://` URL.
 *
 * @throws QgtError `not-found` where there is none, `bad-model` where a folder holds several.
 */
export async function locateModel(path: string): Promise<string> {
  const file = fileOf(path);
  const kind = await pathKind(file);
  if (kind === 'folder') return jsonOfFolder(file);
  if (kind !== 'file') {
    throw new QgtError('not-found', {
      where: path,
      what: 'no such file or folder',
      got: await describePath(file),
      remedy: 'check the path',
    });
  }
  return file;
}

function fileOf(path: string): string {
  if (path.startsWith('file:')) {
    try {
      return fileURLToPath(path);
    } catch (cause) {
      throw new QgtError('usage', { where: path, what: 'not a file URL of this machine', cause });
    }
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new QgtError('usage', {
      where: path,
      what: 'models are read from disk only',
      remedy: 'download model.json and its weight files into one folder and give the path',
    });
  }
  return path;
}

async function jsonOfFolder(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  if (names.includes('model.json')) {
    await checkFile(join(folder, 'model.json'));
    return join(folder, 'model.json');
  }
  const texts = new Map<string, string>();
  for (const file of names.filter((each) => each.endsWith('.json')).map((name) => join(folder, name))) {
    if ((await pathKind(file)) === 'file') texts.set(file, await readFile(file, 'utf8').catch(() => ''));
  }
  const holding = (keys: readonly string[]): string[] =>
    [...texts].filter(([, text]) => keys.every((key) => text.includes(`"${key}"`))).map(([file]) => file);
  const models = holding(['weightsManifest']);
  // A bare manifest is refused later on, with a reason.
  const found = models.length > 0 ? models : holding(['paths', 'weights']);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new QgtError('bad-model', {
      where: folder,
      what: `${found.length} models in one folder (${found.map((each) => basename(each)).join(', ')})`,
      remedy: 'give the path of the JSON file',
    });
  }
  const keras = names.filter((name) => ['.keras', '.h5'].includes(extname(name)));
  if (keras.length === 1) return join(folder, keras[0]!);
  refuseForeignFolder(folder, names);
  throw new QgtError('not-found', {
    where: folder,
    what: 'no model.json and no other TensorFlow.js model in this folder',
    remedy: 'give the path of the JSON file that tfjs or tensorflowjs_converter wrote',
  });
}

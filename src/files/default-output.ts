import { basename, dirname, parse, resolve } from 'node:path';

/** Names the output folder, `digits-2bit` for digits/model.json; by the file's name unless `model` or `index`. */
export function defaultOutput(model: string, suffix: string): string {
  const path = resolve(model.replace(/^file:\/\//, ''));
  const { name, ext } = parse(path);
  const own = ext === '' || !['model', 'index'].includes(name) ? name : basename(dirname(path));
  return `${own || 'model'}-${suffix}`;
}

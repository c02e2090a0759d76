import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeError } from '../../../src/core/index.js';
import { tfjs } from '../../../src/export/tfjs/tfjs.js';
import { type LoadedModel, readModel } from '../../../src/model/index.js';
import { unpackModel } from '../../../src/pack/index.js';
import { fillTemplate } from '../fill-template.js';
import { table } from '../markdown-table.js';
import { shared } from '../subjects.js';
import { packers } from './packers.js';
import { type PackedSize, roundedModel, sizeOf } from './rounded.js';
import { uint8Files } from './uint8.js';

const PAGE = resolve(import.meta.dirname, '../../../docs/sizes.md');
const SMALLEST = 100_000;
/** Files with a name of their own. */
const MODEL_FILES: Readonly<Record<string, string>> = {
  'graph-human-facemesh': 'facemesh.json',
  'ux-LSTM': 'ux.json',
};

/** Files that were trained, by the model's name: `npm run bench:sizes -- NAME=FILE`. */
const trained = new Map(
  process.argv
    .slice(2)
    .flatMap((each) => (each.includes('=') ? [each.split('=', 2) as [string, string]] : [])),
);
/** Models whose rows alone are printed: `npm run bench:sizes -- NAME NAME`; none: all, and the page is written. */
const only = process.argv.slice(2).filter((each) => !each.includes('='));

const rows: string[][] = [];
const codings: string[][] = [];
const leftOut: string[] = [];
for (const name of (await readdir(shared('models'))).filter((each) => !each.includes('.'))) {
  if (only.length > 0 && !only.includes(name)) continue;
  const path = join(shared('models'), name, MODEL_FILES[name] ?? 'model.json');
  try {
    const loaded = await readModel(path);
    if (loaded.bytes < SMALLEST) continue;
    const rounded = await sizeOf(await roundedModel(path, 'perChannel'));
    const oneScale = await sizeOf(await roundedModel(path, 'perTensor'));
    const file = trained.get(name);
    const best = file === undefined ? undefined : await sizeOf(await unpackModel(await readFile(file), file));
    rows.push(await sizeRow(name, loaded, [rounded, oneScale], best));
    codings.push(codingRow(name, '4 bits, rounded', rounded));
    if (best !== undefined) codings.push(codingRow(name, 'trained', best));
    console.error(rows.at(-1)!.join('  '));
  } catch (error) {
    leaveOut(name, error);
  }
}

const CODING_HEADS = ['model', 'codes', 'entropy, bits a weight', 'in the file', 'to the entropy'];
const heads = ['model', 'as it is', 'gzip -9', 'brotli -11', 'xz -9e', 'uint8', 'uint8, brotli', 'float16'];
heads.push('float16, brotli', '.qgt, 4 bits', 'times smaller than uint8, brotli');
heads.push('.qgt, one scale a tensor', 'times smaller than uint8, brotli');
if (trained.size > 0) heads.push('.qgt, trained');
const template = await readFile(join(import.meta.dirname, 'sizes.template.md'), 'utf8');
const values = {
  sizes: table(heads, rows),
  codings: table(CODING_HEADS, codings),
  leftOut: leftOut.map((each) => `- ${each}`).join('\n'),
};
if (only.length === 0) await writeFile(PAGE, fillTemplate(template, values));
else console.log(`${values.sizes}\n\n${values.codings}`);

function leaveOut(what: string, error: unknown): void {
  leftOut.push(`${what}: ${describeError(error).replace(`${shared('models')}/`, '')}`);
}

async function sizeRow(name: string, loaded: LoadedModel, rounded: readonly PackedSize[], best?: PackedSize) {
  const files = await filesOf(name);
  const uint8 = uint8Files(loaded);
  const float16 = await float16Files(loaded);
  const sent = packers.brotli(uint8);
  const bytes = [
    ...[packers.alone(files), packers.gzip(files), packers.brotli(files), packers.xz(files)],
    ...[packers.alone(uint8), sent, packers.alone(float16), packers.brotli(float16)],
  ];
  const grouped = (count: number) => count.toLocaleString('en');
  return [
    name,
    ...bytes.map(grouped),
    ...rounded.flatMap((file) => [grouped(file.bytes), (sent / file.bytes).toFixed(2)]),
    ...(trained.size === 0 ? [] : [best === undefined ? '' : grouped(best.bytes)]),
  ];
}

function codingRow(name: string, what: string, { codes, entropyBits, codedBits }: PackedSize): string[] {
  const percent = 100 * (codedBits / entropyBits - 1);
  const sign = percent < 0 ? '' : '+';
  return [
    name,
    what,
    (entropyBits / codes).toFixed(3),
    (codedBits / codes).toFixed(3),
    `${sign}${percent.toFixed(1)} %`,
  ];
}

/** All files of a model as they lie there. */
async function filesOf(name: string): Promise<Buffer[]> {
  const folder = shared('models', name);
  const names = (await readdir(folder)).filter((each) => each !== 'SOURCE.txt' && each !== 'expected.json');
  return Promise.all(names.map((each) => readFile(join(folder, each))));
}

async function float16Files({ kind, topology, metadata, weights }: LoadedModel): Promise<Buffer[]> {
  const tensors = weights.map((weight) => ({ encoding: 'raw' as const, ...weight }));
  const model = { kind, topology, metadata, preprocessing: {}, tensors };
  const { files } = await tfjs.export(model, { weights: 'float16' });
  return files.map(({ bytes }) => Buffer.from(bytes));
}

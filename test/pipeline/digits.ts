import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { dump, parse } from 'npyjs';

const path = (name: string) => new URL(`../../fixtures/digits/${name}`, import.meta.url).pathname;

/** The digits fixture's files. */
export const digits = { model: path('model.json'), train: path('train.npz'), test: path('test.npz') };

/** The test digits, read without any of our readers: pixels in 0..1 and labels. */
export async function testDigits(): Promise<{ pixels: Float32Array; labels: number[]; count: number }> {
  const members = unzipSync(await readFile(digits.test));
  const read = (name: string) => parse(Uint8Array.from(members[name]!).buffer);
  const labels = [...(read('y.npy').data as Uint8Array)];
  return {
    pixels: Float32Array.from(read('x.npy').data as Uint8Array, (byte) => byte / 255),
    labels,
    count: labels.length,
  };
}

/** Writes the first digits of a split as an .npz of their own. @returns Its path. */
export async function saveFewDigits(
  count: number,
  folder: string,
  split: 'train' | 'test' = 'train',
): Promise<string> {
  const members = unzipSync(await readFile(digits[split]));
  const cut = Object.entries(members).map(([name, bytes]) => {
    const { data, shape } = parse(Uint8Array.from(bytes).buffer);
    const all = data as Uint8Array;
    const values = all.slice(0, (count * all.length) / shape[0]!);
    return [name, new Uint8Array(dump(values, [count, ...shape.slice(1)]))];
  });
  const file = join(folder, split === 'train' ? 'few.npz' : 'few-test.npz');
  await writeFile(file, zipSync(Object.fromEntries(cut)));
  return file;
}

/** Runs `use` with the path of a folder that is removed afterwards. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

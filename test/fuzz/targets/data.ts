import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import type { Random } from '../../../src/core/index.js';
import { openDataset, type ReadOptions } from '../../../src/data/index.js';
import { crc32 } from '../../../src/pack/crc32.js';
import { idxBytes, npyBytes, npzBytes } from '../../data/array-bytes.js';
import * as numpy from '../../data/numpy-files.js';
import { specs } from '../../data/specs.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateText } from '../mutate-text.js';
import { pick, type Target } from '../target.js';

/** Models that the data may be for; some take any size. */
const MODELS: readonly ReadOptions[] = [
  specs([2, 2, 1], [3]),
  specs([4], [3]),
  specs([null, null, 1], [3]),
  specs([null], [1]),
  specs([null, null, 3], [2]),
  {
    ...specs([2], [2]),
    outputs: [
      { name: 'a', shape: [1] },
      { name: 'b', shape: [null] },
    ],
  },
];

/** Reads all of a dataset for one of the models, which the input decides, and some rows of it again. */
async function readAll(path: string, input: Uint8Array): Promise<void> {
  const model = MODELS[crc32(input) % MODELS.length]!;
  const memoryLimitBytes = input.length % 2 === 0 ? 0 : 2 ** 20;
  const dataset = await openDataset(path, { ...model, memoryLimitBytes });
  try {
    const rows = [0, dataset.count - 1];
    for (const each of dataset.inputs) await each.read(rows);
    const { labels } = dataset;
    for (const each of labels.kind === 'none' ? [] : [labels.rows].flat()) await each.read(rows);
  } finally {
    await dataset.close();
  }
}

/** A target of files by a name; the first byte of an input is a form that `fileOf` knows. */
const dataTarget = (
  name: string,
  make: (random: Random) => Uint8Array,
  fileOf: (form: number, bytes: Uint8Array) => readonly [name: string, bytes: Uint8Array],
): Target => ({
  name,
  share: 8,
  async setUp(folder) {
    return {
      make,
      async run(input) {
        const [file, bytes] = fileOf(input[0]!, input.subarray(1));
        await writeFile(join(folder, file), bytes);
        await readAll(join(folder, file), input);
      },
    };
  },
});

const NPYS: readonly Uint8Array[] = [
  npyBytes(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4]),
  npyBytes(Uint8Array.of(1, 2, 3, 4), [1, 2, 2, 1]),
  numpy.HALVES,
  numpy.LONGS,
  numpy.BOOLS,
  numpy.VERSION_2,
  numpy.FORTRAN,
];
const HEADER_WORDS = [
  '(',
  ')',
  ',',
  '0',
  '99999999999',
  '<f8',
  '|u1',
  "'shape': ",
  'True',
  '-1',
  '{',
  '}',
  "'",
  'O',
];

/** An .npy whose header or numbers were changed; the header's length is mended, mostly. */
function mutatedNpy(random: Random): Uint8Array {
  const whole = Buffer.from(pick(random, NPYS));
  if (whole[6] !== 1 || random.next() < 0.4) return mutateBytes(whole, NPYS, random);
  const end = 10 + whole.readUInt16LE(8);
  const header = Buffer.from(mutateText(whole.toString('latin1', 10, end), HEADER_WORDS, random), 'latin1');
  const head = Buffer.from(whole.subarray(0, 10));
  head.writeUInt16LE(Math.min(0xffff, header.length), 8);
  return Buffer.concat([head, header, whole.subarray(end)]);
}

/** NumPy's arrays. */
export const npyFiles = dataTarget(
  'npy',
  (random) => Buffer.concat([Buffer.of(0), mutatedNpy(random)]),
  (_, bytes) => ['x.npy', bytes],
);

const ARCHIVES: readonly Uint8Array[] = [
  numpy.SAVEZ,
  numpy.SAVEZ_COMPRESSED,
  npzBytes({ x: [Float32Array.of(1, 2, 3, 4), [1, 4]] }, 6),
];
const NAMES = [
  'x.npy',
  'y.npy',
  'x_train.npy',
  '.npy',
  '../x.npy',
  '/x.npy',
  'x',
  '\n.npy',
  'X.npy',
  'y0.npy',
  'y1.npy',
];

/** NumPy's archives: changed ones, and new ones of changed arrays with right checksums. */
export const npzFiles = dataTarget(
  'npz',
  (random) => {
    if (random.next() < 0.5)
      return Buffer.concat([Buffer.of(0), mutateBytes(pick(random, ARCHIVES), ARCHIVES, random)]);
    const arrays = Array.from({ length: 1 + random.below(4) }, () => [
      pick(random, NAMES),
      random.next() < 0.5 ? mutatedNpy(random) : pick(random, NPYS),
    ]);
    const level = random.next() < 0.5 ? 0 : 6;
    return Buffer.concat([Buffer.of(0), zipSync(Object.fromEntries(arrays), { level })]);
  },
  (_, bytes) => ['data.npz', bytes],
);

const IMAGES: readonly Uint8Array[] = [
  idxBytes(8, [3, 2, 2], new Uint8Array(12)),
  idxBytes(13, [1, 4], new Uint8Array(16)),
  idxBytes(12, [2, 2, 2], new Uint8Array(32)),
];

/** MNIST's format, packed after the change where the first byte says so. */
export const idxFiles = dataTarget(
  'idx',
  (random) => Buffer.concat([Buffer.of(random.below(2)), mutateBytes(pick(random, IMAGES), IMAGES, random)]),
  (isZipped, bytes) =>
    isZipped === 1 ? ['a-images-idx3-ubyte.gz', gzipSync(bytes)] : ['a-images-idx3-ubyte', bytes],
);

const TABLES = [
  'a,b,c,d,label\n1,2,3,4,cat\n5,6,7,8,dog\n-1,.5,1e3,0,owl\n',
  'x,y\n1,0\n2,1\n',
  '\ufeffa,b,p,q\r\n1,2,0,1\r\n3,4,1,0\r\n',
  '"a ""quoted""",b,target\n"1",2,0\n',
];
const CSV_WORDS = [
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  'NaN',
  '1e999',
  '\0',
  '\ufeff',
  ' ',
  'label',
  '-',
  '"\n',
  ',,',
  '=1+1',
];

/** Tables. */
export const csvFiles = dataTarget(
  'csv',
  (random) => Buffer.concat([Buffer.of(0), Buffer.from(mutateText(pick(random, TABLES), CSV_WORDS, random))]),
  (_, bytes) => ['data.csv', bytes],
);

/** The checksum of each chunk of a PNG, as far as there are chunks, made right again. */
function withPngSums(bytes: Uint8Array): Uint8Array {
  const png = Buffer.from(bytes);
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return png;
}

/** JPEG, PNG and WebP files in a folder. */
export const imageFiles: Target = {
  name: 'image',
  share: 2,
  async setUp(folder) {
    const plain = sharp({ create: { width: 24, height: 20, channels: 3, background: 'red' } });
    const wholes = await Promise.all([
      plain.clone().png().toBuffer(),
      plain.clone().png({ progressive: true, palette: true }).toBuffer(),
      plain.clone().jpeg().toBuffer(),
      plain.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
      plain.clone().webp().toBuffer(),
      plain.clone().webp({ lossless: true }).toBuffer(),
      plain.clone().gif().toBuffer(),
      plain.clone().tiff().toBuffer(),
    ]);
    const images = join(folder, 'images');
    await mkdir(images);
    return {
      make(random) {
        const bytes = mutateBytes(pick(random, wholes), wholes, random);
        return random.next() < 0.8 ? withPngSums(bytes) : bytes;
      },
      async run(input) {
        await writeFile(join(images, 'a.png'), input);
        await readAll(images, input);
      },
    };
  },
};

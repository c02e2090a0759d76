import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import type { Random } from '../../../src/core/index.js';
import { joinSections, type Sections } from '../../../src/pack/container.js';
import { crc32 } from '../../../src/pack/crc32.js';
import { expandTensor, packModel } from '../../../src/pack/index.js';
import { readQgt } from '../../../src/runtime/index.js';
import { packedManyLayers } from '../many-layers.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateJson } from '../mutate-json.js';
import { pick, type Target } from '../target.js';
import { useModel } from '../use-model.js';

const HEADER_BYTES = 32;

const golden = new URL('../../pack/golden/', import.meta.url);

/** A whole file, taken apart. */
interface Whole extends Sections {
  readonly file: Uint8Array;
  readonly version: number;
}

/** Files of both versions with every coder, and one that is a model with layers. */
async function wholeFiles(folder: string): Promise<Whole[]> {
  const names = (await readdir(golden)).filter((name) => name.endsWith('.qgt'));
  const files = await Promise.all(names.map((name) => readFile(new URL(name, golden))));
  const { bytes } = await packModel(await packedManyLayers(folder));
  return [...files, bytes, bytes, bytes].map((each) => partsOf(Buffer.from(each)));
}

/** Takes a sound file apart (docs/format.md). */
function partsOf(file: Buffer): Whole {
  const end = HEADER_BYTES + file.readUInt32LE(8);
  const metadata = inflateRawSync(file.subarray(HEADER_BYTES, end));
  return { file, version: file.readUInt32LE(4), metadata, data: file.subarray(end) };
}

/** What a mutated file is made of; put together with right checksums when it is run. */
const FORMS = ['raw', 'header', 'sections'] as const;

const sized = (bytes: Uint8Array): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return Buffer.concat([size, bytes]);
};

/** First the form, then the version, then bytes of that form: a whole file, or metadata and data. */
function mutated(wholes: readonly Whole[], random: Random): Uint8Array {
  const whole = pick(random, wholes);
  const form = random.below(10) === 0 ? 0 : random.below(10) === 0 ? 1 : 2;
  const files = wholes.map(({ file }) => file);
  if (FORMS[form] !== 'sections') {
    const bytes =
      FORMS[form] === 'raw'
        ? mutateBytes(whole.file, files, random)
        : Buffer.concat([
            mutateBytes(whole.file.subarray(4, HEADER_BYTES - 4), files, random),
            whole.file.subarray(HEADER_BYTES),
          ]);
    return Buffer.concat([Buffer.of(form, 0), bytes]);
  }
  const others = wholes.map((each) => each.metadata);
  const metadata = random.next() < 0.7 ? mutateJson(whole.metadata, others, random) : whole.metadata;
  const datas = wholes.map(({ data }) => data);
  const data = random.next() < 0.5 ? mutateBytes(whole.data, datas, random) : whole.data;
  return Buffer.concat([Buffer.of(form, whole.version), sized(metadata), data]);
}

/** The file that an input stands for. */
async function fileOf(input: Uint8Array): Promise<Uint8Array> {
  const [form, version] = input;
  const bytes = Buffer.from(input.subarray(2));
  if (FORMS[form!] === 'raw') return bytes;
  if (FORMS[form!] === 'header') {
    const head = Buffer.concat([Buffer.of(0x89), Buffer.from('QGT'), bytes]).subarray(0, HEADER_BYTES - 4);
    return withSum(head, bytes.subarray(HEADER_BYTES - 8));
  }
  const length = bytes.readUInt32LE();
  const file = Buffer.from(
    await joinSections({ metadata: bytes.subarray(4, 4 + length), data: bytes.subarray(4 + length) }),
  );
  file.writeUInt32LE(version!, 4);
  return withSum(file.subarray(0, HEADER_BYTES - 4), file.subarray(HEADER_BYTES));
}

function withSum(head: Buffer, rest: Uint8Array): Uint8Array {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(head));
  return new Uint8Array(Buffer.concat([head, sum, rest]));
}

/** `.qgt` files as the command line reads them. */
export const packedFiles: Target = {
  name: 'qgt',
  share: 5,
  async setUp(folder) {
    const wholes = await wholeFiles(folder);
    const path = join(folder, 'model.qgt');
    return {
      make: (random) => mutated(wholes, random),
      async run(input) {
        await writeFile(path, await fileOf(input));
        await useModel(path);
      },
    };
  },
};

/** `.qgt` files as the runtime reads them. */
export const runtimeFiles: Target = {
  name: 'runtime',
  share: 15,
  async setUp(folder) {
    const wholes = await wholeFiles(folder);
    return {
      make: (random) => mutated(wholes, random),
      async run(input) {
        const { tensors } = await readQgt(await fileOf(input));
        for (const tensor of tensors) expandTensor(tensor);
      },
    };
  },
};

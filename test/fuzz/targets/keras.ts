import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import type { Random } from '../../../src/core/index.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateJson } from '../mutate-json.js';
import { fromSeeds, seededInput } from '../seeded-input.js';
import { pick, type Target } from '../target.js';
import { useModel } from '../use-model.js';

const WEIGHTS = 'model.weights.h5';

/** Share of the inputs whose HDF5 itself is changed. */
const RAW = 0.3;

/** Changes a JSON of the archive, its HDF5, or bytes of one without weights; checksums are made right again. */
function mutateArchive(whole: Uint8Array, _: readonly Uint8Array[], random: Random): Uint8Array {
  const { [WEIGHTS]: weights, ...texts } = unzipSync(whole);
  const options = { level: 0, mtime: '2000-01-01' } as const;
  if (random.next() < 0.2) return mutateBytes(zipSync(texts, options), [whole], random);
  if (random.next() < RAW)
    return zipSync({ ...texts, [WEIGHTS]: mutateBytes(weights!, [whole], random) }, options);
  const name = pick(random, Object.keys(texts));
  const changed = mutateJson(texts[name]!, [texts[name]!], random);
  return zipSync({ ...texts, [WEIGHTS]: weights!, [name]: changed }, options);
}

/** Changes any bytes, or the topology, where the file stays as long as it is. */
function mutateHdf5(whole: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  if (random.next() < RAW) return mutateBytes(whole, others, random);
  const bytes = Buffer.from(whole);
  const start = bytes.indexOf('{"class_name"');
  const end = bytes.lastIndexOf('}}') + 2;
  const config = bytes.subarray(start, end);
  const changed = Buffer.from(mutateJson(config, [config], random)).subarray(0, config.length);
  changed.copy(bytes.fill(' ', start, end), start);
  return bytes;
}

const FILES = [
  { name: 'bidirectional.keras', mutate: mutateArchive },
  { name: 'nested.h5', mutate: mutateHdf5 },
];

/** Files of Keras: an archive of Keras 3, and HDF5 of Keras 2. */
export const kerasFiles: Target = {
  name: 'keras',
  share: 3,
  async setUp(folder) {
    const wholes: readonly Uint8Array[] = await Promise.all(
      FILES.map(({ name }) =>
        readFile(fileURLToPath(new URL(`../../../fixtures/keras-files/${name}`, import.meta.url))),
      ),
    );
    return {
      make: fromSeeds(wholes, (whole, others, random) =>
        FILES[wholes.indexOf(whole)]!.mutate(whole, others, random),
      ),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        const file = join(folder, FILES[seed]!.name);
        await writeFile(file, bytes);
        await useModel(file);
      },
    };
  },
};

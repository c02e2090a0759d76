import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { File, type Group, ready } from 'h5wasm';
import { readModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { temporaryFile, temporaryFolder } from '../data/temporary-folder.js';
import { assertPredictsAsKeras } from './predicts-as-keras.js';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/keras-files/${name}`, import.meta.url));
const archive = async () => unzipSync(await readFile(fixture('bidirectional.keras')));

/** An HDF5 file that h5wasm writes. */
async function hdf5(write: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('made.h5', 'w');
  write(file);
  file.close();
  return FS.readFile('made.h5');
}

/** A Sequential of one Dense layer. */
const CONFIG = JSON.stringify({
  class_name: 'Sequential',
  config: { layers: [{ class_name: 'Dense', config: { name: 'a', units: 1 } }] },
});

describe('files of Keras', () => {
  before(startCpu);

  for (const [name, read, writer] of [
    ['bidirectional.keras', 'keras', 'keras 3.15.1'],
    ['nested.h5', 'keras-h5', 'keras 2.15.0'],
  ] as const)
    it(`${name} predicts what Keras does`, async () => {
      await assertPredictsAsKeras(fixture(name), fixture(name.replace(/\.\w+$/, '.json')));
      const { kind, format, writtenBy, weights, storedBytes, bytes } = await readModel(fixture(name));
      assert.deepEqual([kind, format, writtenBy], ['layers', read, writer]);
      assert.equal(bytes, (await readFile(fixture(name))).length);
      assert.deepEqual(
        [...storedBytes.keys()],
        weights.map((weight) => weight.name),
      );
    });

  it('the only one of a folder is read, and one of another name by its first bytes', async (test) => {
    const folder = await temporaryFolder(test);
    await writeFile(join(folder, 'best.keras'), await readFile(fixture('bidirectional.keras')));
    assert.equal((await readModel(folder)).source, join(folder, 'best.keras'));
    const renamed = await temporaryFile(test, 'model', await readFile(fixture('nested.h5')));
    assert.equal((await readModel(renamed)).writtenBy, 'keras 2.15.0');
  });

  it('the state of the optimizer is not counted, and a note says so', async (test) => {
    const { FS } = await ready;
    FS.writeFile('trained.h5', await readFile(fixture('nested.h5')));
    const file = new File('trained.h5', 'a');
    const adam = (file.create_group('optimizer_weights') as Group).create_group('adam') as Group;
    adam.create_dataset({ name: 'momentum', data: new Float32Array(500), shape: [5, 100] });
    adam.create_dataset({ name: 'iteration', data: new Float32Array(1), shape: [] });
    file.close();
    const bytes = FS.readFile('trained.h5');
    const { bytes: counted, notes } = await readModel(await temporaryFile(test, 'trained.h5', bytes));
    assert.equal(counted, bytes.length - 4 * 501);
    assert.ok(notes.includes('the state of the optimizer is not counted: 2,004 bytes of the file'));
  });

  it('names that Keras splits, since they are long, are put together', async (test) => {
    const config = { class_name: 'Sequential', config: { name: 's', layers: [] as unknown[] } };
    const bytes = await hdf5((file) => {
      file.create_attribute('keras_version', '2.15.0');
      file.create_group('model_weights');
      for (const [index, name] of ['a', 'b'].entries()) {
        const options = {
          name,
          units: 1,
          use_bias: false,
          ...(index === 0 && { batch_input_shape: [null, 1] }),
        };
        config.config.layers.push({ class_name: 'Dense', config: options });
        file.create_group(`model_weights/${name}`).create_attribute('weight_names', [`${name}/kernel:0`]);
        const data = Float64Array.of(index + 2);
        file
          .create_group(`model_weights/${name}/${name}`)
          .create_dataset({ name: 'kernel:0', data, shape: [1, 1] });
      }
      const weights = file.get('model_weights');
      if (weights !== null && 'create_group' in weights) {
        weights.create_attribute('layer_names0', ['a']);
        weights.create_attribute('layer_names1', ['b']);
      }
      file.create_attribute('model_config', JSON.stringify(config));
    });
    const { weights } = await readModel(await temporaryFile(test, 'm.h5', bytes));
    assert.deepEqual(
      weights.map(({ name, dtype, values }) => [name, dtype, ...(values as Float32Array)]),
      [
        ['a/kernel', 'float32', 2],
        ['b/kernel', 'float32', 3],
      ],
    );
  });

  for (const [dtype, ending] of [
    ['float16', 'keras'],
    ['bfloat16', 'h5'],
  ])
    it(`${dtype} becomes float32, with the bytes that it has in the file`, async () => {
      const expected: number[][] = JSON.parse(await readFile(fixture(`${dtype}.json`), 'utf8'));
      const { weights, storedBytes } = await readModel(fixture(`${dtype}.${ending}`));
      assert.deepEqual(
        weights.map((weight) => [weight.dtype, Array.from(weight.values)]),
        expected.map((values) => ['float32', values]),
      );
      assert.deepEqual([...storedBytes.values()], [12, 4]);
    });

  const damaged: [what: string, name: string, make: () => Promise<Uint8Array>, message: RegExp][] = [
    [
      'weights alone',
      'w.h5',
      async () => (await archive())['model.weights.h5']!,
      /weights alone: .* save all of it/,
    ],
    [
      'a file that was cut short',
      'w.h5',
      async () => (await readFile(fixture('nested.h5'))).subarray(0, 5000),
      /not an HDF5 file, or a damaged one/,
    ],
    ['no HDF5 at all', 'w.hdf5', async () => strToU8('{}'), /not an HDF5 file/],
    ['no archive', 'w.keras', async () => strToU8('{}'), /not a .keras archive, or a damaged one/],
    [
      'an archive without weights',
      'w.keras',
      async () => {
        const { 'config.json': config, 'metadata.json': metadata } = await archive();
        return zipSync({ 'config.json': config!, 'metadata.json': metadata! });
      },
      /there is no model.weights.h5 in the archive, got config.json, metadata.json/,
    ],
    [
      'an archive that unpacks to far more than it is',
      'w.keras',
      async () => zipSync({ ...(await archive()), 'config.json': new Uint8Array(1e8) }),
      /it unpacks to more than 64 times its size/,
    ],
    [
      'a model whose layers are in Python',
      'w.keras',
      async () => {
        const config = strToU8(JSON.stringify({ class_name: 'Mine', config: { units: 3 } }));
        return zipSync({ ...(await archive()), 'config.json': config });
      },
      /the layers of the model are in Python code, got Mine, expected a Sequential or functional model/,
    ],
    [
      'a weight that claims more than the file has',
      'w.h5',
      () =>
        ofOneWeight((group) =>
          group
            .create_dataset({ name: 'k', data: [1], shape: [1], maxshape: [null], chunks: [1] })
            .resize([1e9]),
        ),
      /a\/k: the weights are larger than the file/,
    ],
    [
      'a compressed weight',
      'w.h5',
      () =>
        ofOneWeight((group) => {
          group.create_dataset({ name: 'k', data: new Float32Array(64), chunks: [64], compression: 'gzip' });
        }),
      /a\/k: the weight is compressed/,
    ],
    [
      'whole numbers that tfjs has no type for',
      'w.h5',
      () => ofOneWeight((group) => group.create_dataset({ name: 'k', data: BigInt64Array.of(2n ** 40n) })),
      /a\/k: the weight has whole numbers beyond int32.* got 1099511627776/,
    ],
    [
      'a weight of words',
      'w.h5',
      () => ofOneWeight((group) => group.create_dataset({ name: 'k', data: ['x'] })),
      /a\/k: the weight is of a type that is not read, got S/,
    ],
    [
      'a model without its weights',
      'w.h5',
      () => hdf5((file) => file.create_attribute('model_config', CONFIG)),
      /layer a \(Dense\): its weights are not in the file: kernel, bias; save the whole model again/,
    ],
    [
      'a layer that lacks one',
      'w.h5',
      () =>
        ofOneWeight((group) => {
          group.create_dataset({ name: 'kernel', data: [1], shape: [1, 1], dtype: '<f' });
        }, 'a/kernel'),
      /layer a \(Dense\): its weights are not in the file: bias; save/,
    ],
    [
      'a weight that is listed, and not there',
      'w.h5',
      () => ofOneWeight(() => {}),
      /a\/k: the weight is listed, and not there/,
    ],
  ];
  for (const [what, name, make, message] of damaged)
    it(`${what}: refused, with a way out`, async (test: TestContext) => {
      const path = await temporaryFile(test, name, await make());
      await assert.rejects(readModel(path), { name: 'QgtError', code: 'bad-model', message });
    });
});

/** A file with a layer `a` that lists a weight. */
function ofOneWeight(
  write: (group: ReturnType<File['create_group']>) => unknown,
  weight = 'a/k',
): Promise<Uint8Array> {
  return hdf5((file) => {
    file.create_attribute('model_config', CONFIG);
    file.create_group('model_weights').create_attribute('layer_names', ['a']);
    file.create_group('model_weights/a').create_attribute('weight_names', [weight]);
    write(file.create_group('model_weights/a/a'));
  });
}

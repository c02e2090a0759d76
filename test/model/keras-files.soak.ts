// Files that the current Keras 3 and tf.keras 2.15 save, of ten architectures each, held against what Keras predicts; and
// `qgt export --to keras` of them, loaded by Keras 3 and held against loadQgt.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { exporters } from '../../src/export/index.js';
import { exportModel, loadQgt } from '../../src/index.js';
import { startCpu } from '../cpu-engine.js';
import { hardSigmoidCases, kerasCases, packedWhole } from '../export/keras-models.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import { makeVenv, runPython, type Venv } from './keras-venv.js';
import { assertPredictsAsKeras, readExpected } from './predicts-as-keras.js';

const SAVE = new URL('keras-files.py', import.meta.url);
const LOAD = new URL('../export/load-keras.py', import.meta.url);

/** Versions of Keras, and what pip installs for them. */
const VERSIONS = {
  'Keras 3': ['keras', 'jax'],
  'tf.keras 2.15': ['tensorflow-cpu==2.15.1'],
} as const;

const answerSchema = z.union([
  z.object({ outputs: z.array(z.array(z.number())) }),
  z.object({ error: z.string() }).transform(({ error }) => assert.fail(error)),
]);

let folder: string;
const venvs = new Map<string, Venv>();

/** Inputs of a model and the outputs that Keras 3 is to give for them, by the name of its `.keras`. */
type Expected = ReadonlyMap<
  string,
  { readonly inputs: readonly tf.Tensor[]; readonly outputs: readonly tf.Tensor[] }
>;

/** Has Keras 3 load the `.keras` files of a folder, and holds its outputs against others. */
async function assertKerasPredicts(python: string, place: string, expected: Expected): Promise<void> {
  for (const [name, { inputs }] of expected) {
    const plain = inputs.map((x) => ({ shape: x.shape, dtype: x.dtype, values: Array.from(x.dataSync()) }));
    await writeFile(join(place, `${name}.inputs.json`), JSON.stringify(plain));
  }
  await runPython(python, LOAD, place);
  for (const [name, { outputs }] of expected) {
    const text = await readFile(join(place, `${name}.outputs.json`), 'utf8');
    const answer = answerSchema.parse(JSON.parse(text));
    assert.equal(answer.outputs.length, outputs.length, name);
    for (const [at, output] of outputs.entries()) {
      const values = output.dataSync();
      assert.equal(answer.outputs[at]!.length, values.length, name);
      for (const [index, value] of values.entries()) {
        const got = answer.outputs[at]![index]!;
        assert.ok(Math.abs(value - got) < 1e-4, `${name}, output ${at}, ${index}: ${got}, not ${value}`);
      }
    }
  }
}

/** Compresses a file to 4 bits, exports it to a place, and has loadQgt predict. */
async function exported(file: string, inputsFile: string, place: string, name: string) {
  const out = await mkdtemp(join(folder, 'out-'));
  const { files } = await compress({ model: file, bits: 4, epochs: 1, maxTime: 2, output: join(out, 'run') });
  const { output } = await exportModel({ model: files[0]!, to: 'keras', output: join(out, 'keras') });
  await writeFile(join(place, `${name}.keras`), await readFile(join(output, 'model.keras')));
  const model = (await loadQgt(new Uint8Array(await readFile(files[0]!)), { tf })) as tf.LayersModel;
  const { inputs } = await readExpected(inputsFile);
  const tensors = inputs.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype));
  return { inputs: tensors, outputs: [model.predict(tensors)].flat() };
}

describe('files of Keras', { timeout: 3_600_000 }, () => {
  before(async () => {
    await startCpu();
    folder = await mkdtemp(join(tmpdir(), 'qgt-keras-'));
    for (const [name, packages] of Object.entries(VERSIONS))
      venvs.set(name, await makeVenv(join(folder, name.replaceAll(' ', '-')), packages));
  });
  after(() => rm(folder, { recursive: true }));

  for (const name of Object.keys(VERSIONS))
    it(`ten architectures of ${name}, as .keras and .h5: read, and written for Keras 3`, async (test) => {
      const [venv, keras3] = [venvs.get(name)!, venvs.get('Keras 3')!];
      if ('missing' in venv) return test.skip(venv.missing);
      const files = join(folder, `files-${name.replaceAll(' ', '-')}`);
      await runPython(venv.python, SAVE, files);
      const place = await mkdtemp(join(folder, 'written-'));
      const expected = new Map<string, Awaited<ReturnType<typeof exported>>>();
      const models = (await readdir(files)).filter((file) => !file.endsWith('.json'));
      assert.equal(models.length, 20);
      for (const file of models) {
        const [path, json] = [join(files, file), join(files, file.replace(/\.\w+$/, '.json'))];
        await test.test(`${file} predicts what Keras does`, () => assertPredictsAsKeras(path, json));
        expected.set(file, await exported(path, json, place, file));
      }
      if ('missing' in keras3) return test.diagnostic(keras3.missing);
      await test.test('--to keras predicts in Keras 3 what loadQgt does', () =>
        assertKerasPredicts(keras3.python, place, expected),
      );
    });

  it('every class of layers of tfjs, --to keras, predicts in Keras 3 what it does in tfjs', async (test) => {
    const venv = venvs.get('Keras 3')!;
    if ('missing' in venv) return test.skip(venv.missing);
    const place = await mkdtemp(join(folder, 'classes-'));
    const expected = new Map<string, Awaited<ReturnType<typeof exported>>>();
    const keras = exporters.find(({ name }) => name === 'keras')!;
    for (const { name, model, inputs } of [...kerasCases(), ...hardSigmoidCases()]) {
      const { files } = await keras.export(packedWhole(model), {});
      await writeFile(join(place, `${name}.keras`), files[0]!.bytes);
      expected.set(name, { inputs, outputs: [model.predict(inputs)].flat() });
    }
    await assertKerasPredicts(venv.python, place, expected);
  });
});

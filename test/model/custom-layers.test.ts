import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as tf from '../../src/engine/tf.js';
import { findWeights, readModel, requireCustomLayers, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { predictSome, temporaryFolder, writeModel } from './model-folder.js';

before(startCpu);

/** A layer that adds a learned table, written with the methods of tensors as users' code is. */
function layerClass(name: string): string {
  return `class ${name} extends tf.layers.Layer {
    build(shape) {
      this.table = this.addWeight('embeddings', shape.slice(1), 'float32', tf.initializers.zeros());
      super.build(shape);
    }
    call(inputs) {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      return x.add(this.table.read().expandDims(0)).mul(2);
    }
    static className = '${name}';
  }
  tf.serialization.registerClass(${name});`;
}

async function modelWith(className: string): Promise<string> {
  const config = {
    name: 'm',
    layers: [{ class_name: className, config: { name: 'place', batch_input_shape: [null, 3, 2] } }],
  };
  const modelTopology = { class_name: 'Sequential', config, keras_version: 'tfjs-layers 4.22.0' };
  const weights = [{ name: 'place/embeddings', shape: [3, 2], dtype: 'float32' }];
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  return writeModel({ modelTopology, weightsManifest: [{ paths: ['w.bin'], weights }] }, [
    { name: 'w.bin', bytes },
  ]);
}

const tfjs = fileURLToPath(import.meta.resolve('@tensorflow/tfjs-layers'));
const core = fileURLToPath(import.meta.resolve('@tensorflow/tfjs-core'));

const FORMS: Readonly<Record<string, { file: string; text: (name: string) => string }>> = {
  'a default function': {
    file: 'a.mjs',
    text: (name) => `export default function (tf) { ${layerClass(name)} }`,
  },
  'an async arrow': {
    file: 'b.mjs',
    text: (name) => `export default async (tf) => { ${layerClass(name)} };`,
  },
  'a function called register': {
    file: 'c.mjs',
    text: (name) => `export function register(tf) { ${layerClass(name)} }`,
  },
  'a CommonJS function': {
    file: 'd.cjs',
    text: (name) => `module.exports = function (tf) { ${layerClass(name)} };`,
  },
  'a CommonJS register': {
    file: 'e.cjs',
    text: (name) => `exports.register = (tf) => { ${layerClass(name)} };`,
  },
  'a module that registers by itself': {
    file: 'f.cjs',
    text: (name) =>
      `const tf = { ...require(${JSON.stringify(core)}), ...require(${JSON.stringify(tfjs)}) }; ${layerClass(name)}`,
  },
  'a module that exports its class': {
    file: 'g.cjs',
    text: (name) =>
      `const tf = { ...require(${JSON.stringify(core)}), ...require(${JSON.stringify(tfjs)}) }; ${layerClass(name)} module.exports = ${name};`,
  },
};

for (const [index, [form, { file, text }]] of Object.entries(FORMS).entries()) {
  test(`takes custom layers from ${form}`, async () => {
    const name = `Place${index}`;
    const loaded = await readModel(await modelWith(name));
    await assert.rejects(toLayersModel(loaded), {
      code: 'unsupported-layer',
      message: new RegExp(`${name} \\(place\\)`),
    });
    const path = join(await temporaryFolder(), file);
    await writeFile(path, text(name));
    await requireCustomLayers([relative(process.cwd(), path)]);
    await requireCustomLayers([path]);
    const model = await toLayersModel(loaded);
    const got = model.predict(tf.ones([1, 3, 2])) as tf.Tensor;
    assert.deepEqual(Array.from(got.dataSync()), [4, 6, 8, 10, 12, 14]);
    assert.equal(predictSome(model)[0]!.length, 12);
    const [weight] = findWeights(model);
    assert.deepEqual(
      { name: weight!.name, kind: weight!.kind, role: weight!.role, axes: weight!.channelAxes },
      { name: 'place/embeddings', kind: name, role: 'kernel', axes: [1] },
    );
  });
}

const BAD: readonly [name: string, text: string, message: RegExp][] = [
  ['does not parse', 'export default (', /cannot be loaded/],
  ['throws', 'throw new Error("no such thing")', /cannot be loaded: no such thing/],
  [
    'imports a tfjs that is not there',
    "import '@tensorflow/tfjs-of-mine'",
    /cannot be loaded.*function \(tf\)/,
  ],
  ['registers nothing', 'export const answer = 42;', /registered no class.*export default function \(tf\)/],
  ['fails when called', 'export default (tf) => { tf.no.such(); }', /its function failed/],
];

for (const [name, text, message] of BAD) {
  test(`says so if a module ${name}`, async () => {
    const path = join(await temporaryFolder(), 'bad.mjs');
    await writeFile(path, text);
    await assert.rejects(requireCustomLayers([path]), { code: 'usage', message });
  });
}

test('says so if a module is missing', async () => {
  await assert.rejects(requireCustomLayers(['./no-such-layers.mjs']), {
    code: 'not-found',
    message: /no-such-layers/,
  });
});

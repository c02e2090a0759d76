import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import {
  findGraphWeights,
  findWeights,
  inputSpecs,
  type LoadedModel,
  outputSpecs,
  readModel,
  removeDeadChannels,
  requireCustomLayers,
  toLayersModel,
} from '../../src/model/index.js';
import { openModel } from '../../src/session/index.js';
import { SHARED_MODELS } from '../shared-models.js';
import * as tf from '../tf.js';
import { predictSome, temporaryFolder } from './model-folder.js';

/** Models that stock tfjs-layers 4.22 refuses and we load. */
const OURS_ONLY = ['resnet8-cifar10', 'mobilenet-v1-025-vww', 'ours-'];

const POSITION_EMBEDDING = `export default function (tf) {
  class PositionEmbedding extends tf.layers.Layer {
    constructor(config) { super(config); this.length = config.sequenceLength; }
    build(shape) {
      this.table = this.addWeight('embeddings', [this.length, shape[2]], 'float32', tf.initializers.zeros());
      super.build(shape);
    }
    call(inputs) {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      return this.table.read().slice([0, 0], [x.shape[1], -1]).expandDims(0).broadcastTo(x.shape);
    }
    static className = 'PositionEmbedding';
  }
  tf.serialization.registerClass(PositionEmbedding);
}`;

/** What tfjs makes of the files by itself. */
async function stockModel({ source, kind }: LoadedModel): Promise<tf.LayersModel | tf.GraphModel> {
  const json = JSON.parse(await readFile(source, 'utf8')) as tf.io.ModelJSON;
  const artifacts = await tf.io.getModelArtifactsForJSON(json, async (manifest) => {
    const paths = manifest.flatMap((group) => group.paths);
    const bytes = Buffer.concat(
      await Promise.all(paths.map((path) => readFile(join(dirname(source), path)))),
    );
    return [manifest.flatMap((group) => group.weights), new Uint8Array(bytes).buffer];
  });
  const handler = { load: async () => artifacts };
  return kind === 'layers' ? tf.loadLayersModel(handler) : tf.loadGraphModel(handler);
}

/** Tests that models beside the project are loaded as stock tfjs loads them. */
export function testModels(names: readonly string[]): void {
  before(async () => {
    await tf.setBackend('wasm');
    await tf.ready();
  });

  for (const folder of names) {
    test(`${folder} is loaded, or refused with a reason`, async () => {
      const path = join(SHARED_MODELS, folder);
      if (folder.startsWith('faceapi')) {
        await assert.rejects(readModel(path), { code: 'bad-model', message: /without a topology/ });
        return;
      }
      const loaded = await readModel(path);
      if (folder === 'nnvis-imdb') {
        await assert.rejects(openModel(loaded), {
          code: 'unsupported-layer',
          message: /PositionEmbedding.*--require/,
        });
        const module = join(await temporaryFolder(), 'layers.mjs');
        await writeFile(module, POSITION_EMBEDDING);
        await requireCustomLayers([module]);
      }
      const running = await openModel(loaded);
      checkWeights(loaded, running.model);
      assert.ok(inputSpecs(running.model).length > 0);
      assert.ok(outputSpecs(running.model).every(({ shape }) => shape.length > 0));
      if (running.kind === 'layers') await checkLeanModel(loaded, running.model);
      if (OURS_ONLY.some((name) => folder.startsWith(name))) {
        await assert.rejects(stockModel(loaded));
        assert.ok(predictSome(running.model, 16).flat().every(Number.isFinite));
        return;
      }
      const stock = predictSome(await stockModel(loaded), 16);
      const ours = predictSome(running.model, 16);
      assert.equal(ours.length, stock.length);
      for (const [index, values] of stock.entries()) {
        assert.ok(
          ours[index]!.every((value, at) => Math.abs(value - values[at]!) <= 1e-4),
          `output ${index}`,
        );
      }
    });
  }
}

function checkWeights(loaded: LoadedModel, model: tf.LayersModel | tf.GraphModel): void {
  const names = new Set(loaded.weights.map(({ name }) => name));
  const infos =
    model instanceof tf.GraphModel ? findGraphWeights(loaded.topology, loaded.weights) : findWeights(model);
  assert.ok(infos.every(({ name }) => names.has(name)));
  assert.ok(infos.some(({ edge }) => edge === 'first'));
  assert.ok(infos.some(({ edge }) => edge === 'last'));
  const values = loaded.weights.reduce((sum, weight) => sum + weight.values.length, 0);
  const inKernels = loaded.weights.filter(({ name }) =>
    infos.some((info) => info.name === name && (!('role' in info) || info.role === 'kernel')),
  );
  const covered = inKernels.reduce((sum, weight) => sum + weight.values.length, 0);
  assert.ok(covered > 0.8 * values, `kernels hold ${covered} of ${values} values`);
}

/** Dead channels make up most of the MobileNets; whatever is taken out, the outputs stay. */
async function checkLeanModel(loaded: LoadedModel, model: tf.LayersModel): Promise<void> {
  const { model: pruned, removed, channels } = removeDeadChannels(loaded);
  if (/mobilenet-v1|ours-mobilenet/.test(loaded.source)) assert.ok(removed > 0.6 * channels);
  if (removed === 0) return;
  const lean = predictSome(await toLayersModel(pruned), 16);
  for (const [index, values] of predictSome(model, 16).entries())
    assert.ok(lean[index]!.every((value, at) => Math.abs(value - values[at]!) <= 1e-4));
}

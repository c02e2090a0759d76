import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { readModel, toGraphModel, toLayersModel } from '../../src/model/index.js';
import { operation, placeholder, saveGraphModel } from '../pipeline/graph-folder.js';
import { temporaryFolder, writeModel } from './model-folder.js';

/** Memory that a refusal may take. */
const MOST_BYTES = 2 ** 26;

before(() => startEngine('embedded'));

type Config = Readonly<Record<string, unknown>>;
const entry = (className: string, config: Config) => ({
  class_name: className,
  config: { name: className.toLowerCase(), ...config },
});
const named = (entries: readonly object[], name = 'm') => ({
  class_name: 'Sequential',
  config: { name, layers: entries },
});

/** The eight weights of a Dense. */
const KERNEL = [{ name: 'dense/kernel', shape: [4, 2], dtype: 'float32' }];

/** A model of one layer, as tfjs wrote it. */
async function load(
  layer: object,
  inputShape: readonly (number | null)[],
  weights: readonly object[] = KERNEL,
): Promise<tf.LayersModel> {
  const input = entry('InputLayer', { batch_input_shape: [null, ...inputShape] });
  const modelTopology = { ...named([input, layer]), keras_version: 'tfjs-layers 4.22.0' };
  const weightsManifest = weights.length === 0 ? [] : [{ paths: ['w.bin'], weights }];
  const files = [{ name: 'w.bin', bytes: new Uint8Array(32) }];
  return toLayersModel(await readModel(await writeModel({ modelTopology, weightsManifest }, files)));
}

async function refuses(work: () => Promise<unknown>, message: RegExp): Promise<void> {
  const bytes = process.resourceUsage().maxRSS * 1024;
  await assert.rejects(work, { name: 'QgtError', code: 'bad-model', message });
  const taken = process.resourceUsage().maxRSS * 1024 - bytes;
  assert.ok(taken < MOST_BYTES, `${taken} bytes`);
}

const dense = entry('Dense', { units: 1e9, use_bias: false });
const lstm = entry('LSTM', { units: 1e6 });

/** A layer of a user: any variable may be made where it is built. */
class Hungry extends tf.layers.Layer {
  static readonly className = 'Hungry';

  override build(): void {
    this.addWeight('table', [1e5, 1e5], 'float32', tf.initializers.ones());
  }
}
tf.serialization.registerClass(Hungry);
// Other files of the same process go through all classes that there are.
after(() => delete tf.serialization.SerializationMap.getMap().classNameMap.Hungry);

describe('layers that declare more weights than the file holds', () => {
  const LAYERS: readonly [layer: object, input: readonly (number | null)[], message: RegExp][] = [
    [
      dense,
      [4],
      /model\.json: layer dense: .*more weights than the file holds, got kernel \[4x1000000000\].*expected 8 in all/,
    ],
    [
      entry('Conv2D', { filters: 1e8, kernel_size: 3 }),
      [8, 8, 3],
      /layer conv2d: .*kernel \[3x3x3x100000000\]/,
    ],
    [
      entry('Conv2D', { filters: 2, kernel_size: 1e6, padding: 'same' }),
      [8, 8, 3],
      /layer conv2d: .*kernel \[1000000x/,
    ],
    [
      entry('Embedding', { input_dim: 1e9, output_dim: 1e3 }),
      [4],
      /layer embedding: .*embeddings \[1000000000x1000\]/,
    ],
    [lstm, [3, 4], /layer lstm: .*kernel \[4x4000000\]/],
    [entry('Bidirectional', { layer: lstm }), [3, 4], /layer lstm: .*kernel/],
    [entry('TimeDistributed', { layer: dense }), [3, 4], /layer dense: .*kernel/],
    [named([entry('Dense', { units: 1e9, batch_input_shape: [null, 4] })], 'inner'), [4], /layer dense: /],
    [entry('PReLU', {}), [2 ** 12, 2 ** 12], /layer prelu: .*alpha \[4096x4096\]/],
    [entry('Hungry', {}), [4], /layer hungry: .*table \[100000x100000\]/],
  ];
  for (const [layer, input, message] of LAYERS)
    test(`${message}`, () => refuses(() => load(layer, input), message));

  test('many small ones count together', () => {
    const layers = Array.from({ length: 100 }, (_, index) =>
      entry('Dense', {
        name: `d${index}`,
        units: 1000,
        ...(index === 0 && { batch_input_shape: [null, 1000] }),
      }),
    );
    return refuses(() => load(named(layers, 'inner'), [1000]), /layer d4: .*makes 5/);
  });

  test('two models that are made at once are counted apart', async () => {
    const small = entry('Dense', { units: 2, use_bias: false });
    const made = await Promise.allSettled([load(small, [4]), load(dense, [4]), load(small, [4])]);
    assert.deepEqual(
      made.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
});

describe('layers that make more of a sample than a tensor holds', () => {
  const LAYERS: readonly [layer: object, input: readonly number[], message: RegExp][] = [
    [entry('RepeatVector', { n: 1e9 }), [4], /layer repeatvector: .*got 1000000000x4, 4000000000 numbers/],
    [entry('UpSampling2D', { size: [1e6, 1e6] }), [8, 8, 3], /layer upsampling2d: .*8000000x8000000x3/],
    [
      entry('ZeroPadding2D', {
        padding: [
          [1e6, 1e6],
          [1e6, 1e6],
        ],
      }),
      [8, 8, 3],
      /layer zeropadding2d: /,
    ],
    [entry('Activation', { activation: 'relu' }), [2 ** 20, 2 ** 20], /layer inputlayer: /],
  ];
  for (const [layer, input, message] of LAYERS)
    test(`${message}`, () => refuses(() => load(layer, input, []), message));
});

describe('operations that constants ask to fill all memory', () => {
  const integers = (name: string, ...values: number[]) => ({
    name,
    shape: [values.length],
    values: Int32Array.from(values),
  });
  const GRAPHS: readonly [op: string, inputs: readonly (string | readonly number[])[]][] = [
    ['Fill', [[100_000, 100_000], 'x']],
    ['Range', [[0], [2_000_000_000], [1]]],
    ['Tile', ['x', [100_000, 100_000]]],
    ['OneHot', ['x', [2_000_000_000], [1], [0]]],
    ['PadV2', ['x', [100_000, 100_000, 100_000, 0], [0]]],
    ['ResizeBilinear', ['x', [100_000, 100_000]]],
    ['BroadcastTo', ['x', [100_000, 100_000]]],
    ['ScatterNd', ['x', 'x', [100_000, 100_000]]],
  ];
  for (const [op, inputs] of GRAPHS)
    test(op, () =>
      refuses(
        async () => {
          const constants = inputs.flatMap((each, index) =>
            typeof each === 'string' ? [] : [integers(`c${index}`, ...each)],
          );
          const names = inputs.map((each, index) => (typeof each === 'string' ? each : `c${index}`));
          const folder = await temporaryFolder();
          await saveGraphModel(folder, [placeholder('x', [-1, 4]), operation(op, 'y', names)], constants);
          await toGraphModel(await readModel(folder));
        },
        new RegExp(`model\\.json: y: ${op} makes more than a tensor holds`),
      ),
    );
});

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { exportModel } from '../../src/index.js';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { saveArrays, saveModel } from './saved-model.js';
import { stockLayersModel } from './stock-export.js';

const COUNT = 300;
const OUTPUTS = 4;
const random = createRandom(6);
const { conv2d, dense, batchNormalization, globalAveragePooling2d, reLU } = tf.layers;

before(() => startEngine('embedded'));

const denseNetwork = () =>
  filled(
    tf.sequential({
      layers: [
        dense({ units: 96, activation: 'relu', inputShape: [40] }),
        dense({ units: 96, activation: 'relu' }),
        dense({ units: OUTPUTS }),
      ],
    }),
  );

/** Its BatchNorm is folded, which gives each channel a scale of its own. */
const convolutions = () =>
  filled(
    tf.sequential({
      layers: [
        conv2d({ filters: 32, kernelSize: 3, useBias: false, inputShape: [6, 6, 3] }),
        batchNormalization(),
        reLU(),
        conv2d({ filters: 48, kernelSize: 3, activation: 'relu' }),
        globalAveragePooling2d({}),
        dense({ units: OUTPUTS }),
      ],
    }),
  );

/** Gives a model random kernels, whose channels differ in size as trained ones do, and small random vectors. */
function filled(model: tf.Sequential): tf.Sequential {
  const values = model.getWeights().map(({ shape }) => {
    const columns = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const sizes = Array.from({ length: columns }, () => Math.exp(0.2 * random.normal()) / Math.sqrt(rows));
    const draw = (index: number) =>
      shape.length === 1 ? 0.5 + random.next() : sizes[index % columns]! * random.normal();
    return tf.tensor(
      Float32Array.from({ length: rows * columns }, (_, index) => draw(index)),
      shape,
    );
  });
  model.setWeights(values);
  return model;
}

/** A weight as tensorflowjs/quantization.py has it with --quantize_uint8: 256 steps over its range, 0 among them. */
function toUint8(values: Float32Array): { codes: Uint8Array; scale: number; min: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = (high - low) / 255 || 1;
  const min = low <= 0 && high >= 0 ? -Math.round(-low / scale) * scale : low;
  const codes = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round((value - min) / scale))),
  );
  return { codes, scale, min };
}

/** Bytes of the converter's uint8 files under brotli -11. */
async function uint8Bytes(model: tf.LayersModel, file: string): Promise<number> {
  const json = JSON.parse(await readFile(file, 'utf8'));
  const quantized = model.getWeights().map((weight) => toUint8(weight.dataSync() as Float32Array));
  for (const [index, { scale, min }] of quantized.entries())
    json.weightsManifest[0].weights[index].quantization = { dtype: 'uint8', scale, min };
  const files = [Buffer.from(JSON.stringify(json)), Buffer.concat(quantized.map(({ codes }) => codes))];
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return files.reduce((sum, bytes) => sum + brotliCompressSync(bytes, { params }).length, 0);
}

/** Puts uint8 values into a model, in place. */
function withUint8(model: tf.LayersModel): tf.LayersModel {
  const values = model.getWeights().map((weight) => {
    const { codes, scale, min } = toUint8(weight.dataSync() as Float32Array);
    return tf.tensor(
      Float32Array.from(codes, (code) => code * scale + min),
      weight.shape,
    );
  });
  model.setWeights(values);
  return model;
}

interface Inputs {
  readonly values: Float32Array;
  readonly shape: number[];
}

function inputsOf(model: tf.LayersModel): Inputs {
  const shape = [COUNT, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const size = shape.reduce((product, each) => product * each, 1);
  return { values: Float32Array.from({ length: size }, () => random.normal()), shape };
}

const outputs = (model: tf.LayersModel, { values, shape }: Inputs): Float32Array =>
  tf.tidy(() => (model.predict(tf.tensor(values, shape)) as tf.Tensor).dataSync() as Float32Array);

/** Squared differences over the variance about the mean, summed over the columns. */
function noise(exact: Float32Array, other: Float32Array): number {
  return Array.from({ length: OUTPUTS }, (_, column) => column).reduce((sum, column) => {
    const values = exact.filter((_, index) => index % OUTPUTS === column);
    const got = other.filter((_, index) => index % OUTPUTS === column);
    const mean = values.reduce((total, value) => total + value, 0) / COUNT;
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0);
    return sum + values.reduce((total, value, index) => total + (value - got[index]!) ** 2, 0) / variance;
  }, 0);
}

async function compressed(
  model: tf.LayersModel,
  folder: string,
  options = {},
  change: (inputs: Inputs) => Inputs = (inputs) => inputs,
) {
  const { values, shape } = change(inputsOf(model));
  const file = await saveModel(model, folder);
  const { report, files } = await compress({
    model: file,
    data: await saveArrays({ x: { values, shape } }, folder),
    bits: 8,
    epochs: 0,
    engine: 'embedded',
    output: join(folder, 'out'),
    force: true,
    ...options,
  });
  const { size } = await stat(files[0]!);
  return { report, packed: files[0]!, size, uint8: await uint8Bytes(model, file) };
}

describe('--bits 8', () => {
  for (const [what, network] of [
    ['dense layers', denseNetwork],
    ['convolutions and BatchNorm', convolutions],
  ] as const) {
    it(`is no larger than uint8 under brotli, with no more noise: ${what}`, () =>
      withFolder(async (folder) => {
        const model = network();
        const { packed, size, uint8, report } = await compressed(model, folder);
        assert.ok(size <= uint8, `${size} bytes, uint8 ${uint8}`);
        const unseen = inputsOf(model);
        const exact = outputs(model, unseen);
        const ours = noise(exact, outputs(await stockLayersModel(packed, join(folder, 'web')), unseen));
        const theirs = noise(exact, outputs(withUint8(model), unseen));
        assert.ok(ours <= theirs, `${ours}, uint8 ${theirs}`);
        assert.deepEqual(
          new Set(report.layers.flatMap(({ quantizer }) => quantizer ?? [])),
          new Set(['uint8']),
        );
        assert.match(
          report.notes.join('\n'),
          /steps of one size, 1\.\d+ times those of the converter's uint8/,
        );
      }));
  }

  it('gives channels steps of their own where columns of plain values are of different sizes', () =>
    withFolder(async (folder) => {
      const model = tf.sequential({ layers: [dense({ units: OUTPUTS, inputShape: [40] })] });
      const sizes = Array.from({ length: OUTPUTS }, (_, column) => 1000 ** (column / (OUTPUTS - 1)));
      const kernel = Float32Array.from(
        { length: 40 * OUTPUTS },
        (_, index) => sizes[index % OUTPUTS]! * random.normal(),
      );
      model.setWeights([tf.tensor(kernel, [40, OUTPUTS]), tf.zeros([OUTPUTS])]);
      const { packed, report } = await compressed(model, folder);
      const unseen = inputsOf(model);
      const ours = outputs(await stockLayersModel(packed, join(folder, 'web')), unseen);
      assert.ok(noise(outputs(model, unseen), ours) < OUTPUTS * 1e-3);
      assert.match(report.notes.join('\n'), /steps of its own size/);
    }));

  describe('where a small kernel ruins the output', () => {
    const INPUTS = 16;

    /** Its first kernel holds weights a thousand times the others, for an input that is always 0. */
    function withOutliers(): tf.Sequential {
      const model = filled(
        tf.sequential({
          layers: [
            dense({ units: 12, inputShape: [INPUTS] }),
            dense({ units: 96, activation: 'relu' }),
            dense({ units: 96, activation: 'relu' }),
            dense({ units: OUTPUTS }),
          ],
        }),
      );
      const [first, ...others] = model.getWeights();
      const outliers = tf.tensor2d(
        Array.from({ length: INPUTS * 12 }, (_, at) => (at < 12 ? 1000 : 0)),
        [INPUTS, 12],
      );
      model.setWeights([tf.add(first!, outliers), ...others]);
      return model;
    }
    const withoutFirst = ({ values, shape }: Inputs): Inputs => ({
      values: values.map((value, at) => (at % INPUTS === 0 ? 0 : value)),
      shape,
    });

    it('leaves it in float, says so, and rounds the others', () =>
      withFolder(async (folder) => {
        const model = withOutliers();
        const { packed, report } = await compressed(model, folder, {}, withoutFirst);
        const unseen = withoutFirst(inputsOf(model));
        const ours = outputs(await stockLayersModel(packed, join(folder, 'web')), unseen);
        assert.ok(noise(outputs(model, unseen), ours) < OUTPUTS * 2e-3);
        const ofSize = (size: number) => report.layers.find(({ params }) => params === size)!;
        assert.equal(ofSize(INPUTS * 12).bits, 32);
        assert.equal(ofSize(96 * 96).bits, 8);
        const note = report.notes.find((each) => each.startsWith('left in float'));
        assert.ok(note?.includes(ofSize(INPUTS * 12).name));
      }));

    it('holds that against the training, which has to be better', () =>
      withFolder(async (folder) => {
        const { report } = await compressed(
          withOutliers(),
          folder,
          { epochs: 1, learningRate: 1e-6 },
          withoutFirst,
        );
        assert.match(report.notes.join('\n'), /the training was given up/);
        assert.match(report.notes.join('\n'), /left in float, since at 8 bits/);
        assert.ok(report.metric!.outputs[0]!.sqnrDb! > 27);
      }));

    it('rounds it all the same where there is no time to find it, and says so', () =>
      withFolder(async (folder) => {
        const { report } = await compressed(withOutliers(), folder, { maxTime: 0.001 }, withoutFirst);
        assert.ok(
          report.layers.filter(({ name }) => name.endsWith('/kernel')).every(({ bits }) => bits === 8),
        );
        const leftOut = report.notes.find((each) => each.startsWith('left out'));
        assert.match(leftOut!, /steps larger than/);
      }));

    it('rounds it all the same where --layer says so', () =>
      withFolder(async (folder) => {
        const { report } = await compressed(
          withOutliers(),
          folder,
          { layer: { '*': { bits: 8 } } },
          withoutFirst,
        );
        assert.ok(
          report.layers.filter(({ name }) => name.endsWith('/kernel')).every(({ bits }) => bits === 8),
        );
      }));
  });

  it('exports kernels with one scale as uint8 codes for stock tfjs', () =>
    withFolder(async (folder) => {
      const { packed } = await compressed(denseNetwork(), folder);
      const { output } = await exportModel({ model: packed, to: 'tfjs', output: join(folder, 'uint8') });
      const [{ weights }] = JSON.parse(await readFile(join(output, 'model.json'), 'utf8')).weightsManifest;
      const coded = weights.filter(
        ({ quantization }: { quantization?: { dtype: string } }) => quantization?.dtype === 'uint8',
      );
      assert.equal(coded.length, 3);
    }));

  it('keeps weights that came as uint8 as they are', () =>
    withFolder(async (folder) => {
      const model = withUint8(denseNetwork());
      const { packed } = await compressed(model, folder);
      const unseen = inputsOf(model);
      const ours = outputs(await stockLayersModel(packed, join(folder, 'web')), unseen);
      assert.ok(noise(outputs(model, unseen), ours) < 1e-6);
    }));

  it('leaves a kernel that --layer clips its range', () =>
    withFolder(async (folder) => {
      const { report } = await compressed(denseNetwork(), folder, { layer: { '*': { bits: 8, clip: 0.5 } } });
      assert.deepEqual(new Set(report.layers.flatMap(({ clip }) => clip ?? [])), new Set([0.5]));
      assert.doesNotMatch(report.notes.join('\n'), /steps of one size/);
    }));

  it('takes the steps of uint8 by itself, and at no other width', () => {
    const quantizerOf = (options: object) =>
      parseOptions('compress', { model: 'm', maxBytes: 1, ...options }).quantizer;
    assert.equal(quantizerOf({ bits: 8 }), 'uint8');
    assert.equal(quantizerOf({ bits: 8, quantizer: 'uniform' }), 'uniform');
    for (const bits of [1.58, 2, 4, 7, 'auto', undefined]) assert.equal(quantizerOf({ bits }), 'uniform');
    assert.equal(parseOptions('analyze', { model: 'm', bits: 8 }).quantizer, 'uint8');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import type { AnalyzeOptions } from '../../src/index.js';
import type { LayerReport, Report } from '../../src/report/index.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { analyze } from '../validated.js';

const { layers } = tf;
const SAMPLES = 400;
const UNITS = 24;

/** Normally distributed weights that keep the size of what goes through. */
function randomKernel(shape: readonly number[], random: ReturnType<typeof createRandom>): Float32Array {
  const fanIn = sizeOf(shape) / shape.at(-1)!;
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * Math.sqrt(2 / fanIn));
}

/** Four dense layers, `a` to `d`, of the given widths. */
function denseModel(units: readonly [number, number, number]): tf.LayersModel {
  const model = tf.sequential();
  for (const [index, name] of ['a', 'b', 'c'].entries())
    model.add(
      layers.dense({
        name,
        units: units[index]!,
        activation: 'relu',
        ...(index === 0 ? { inputShape: [16] } : {}),
      }),
    );
  model.add(layers.dense({ name: 'd', units: 4, activation: 'softmax' }));
  return fill(model);
}

function fill(model: tf.LayersModel): tf.LayersModel {
  const random = createRandom(7);
  for (const layer of model.layers) {
    const weights = layer.getWeights();
    const [kernel] = weights;
    if (kernel !== undefined && kernel.shape.length > 1)
      layer.setWeights([tf.tensor(randomKernel(kernel.shape, random), kernel.shape), ...weights.slice(1)]);
  }
  return model;
}

/** Changes a weight of a layer, value by value; `at` is the index in each dimension. */
function change(
  model: tf.LayersModel,
  layer: string,
  index: number,
  of: (value: number, at: readonly number[]) => number,
): void {
  const own = model.getLayer(layer);
  const weights = own.getWeights();
  const { shape } = weights[index]!;
  const values = weights[index]!.dataSync().map((value, element) => {
    const at = shape.map((size, axis) => Math.floor(element / sizeOf(shape.slice(axis + 1))) % size);
    return of(value, at);
  });
  weights[index] = tf.tensor(values, shape);
  own.setWeights(weights);
}

/** The rows of the kernels, in the order of the verdict. */
async function analyzed(model: tf.LayersModel, options: Partial<AnalyzeOptions>): Promise<LayerReport[]> {
  const { layers: rows } = await reportOf(model, options);
  return rows.filter(({ verdict }) => verdict !== null).sort((a, b) => a.verdict!.rank! - b.verdict!.rank!);
}

async function reportOf(model: tf.LayersModel, options: Partial<AnalyzeOptions>): Promise<Report> {
  const shape = [SAMPLES, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const random = createRandom(1);
  const values = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  return withFolder(async (folder) => {
    const { report } = await analyze({
      model: await saveModel(model, folder),
      data: await saveArrays({ x: { values, shape } }, folder),
      engine: 'embedded',
      bits: 4,
      bitWidths: [4],
      uniform: true,
      ...options,
    });
    return report;
  });
}

/** A convolution with BatchNorm, whose channel 5 says the same whatever the input, and a second one that needs it. */
function deadModel(): tf.LayersModel {
  const conv = { filters: 8, kernelSize: 3, padding: 'same' as const };
  const model = fill(
    tf.sequential({
      layers: [
        layers.conv2d({ ...conv, name: 'a', inputShape: [6, 6, 2], useBias: false }),
        layers.batchNormalization({ name: 'norm' }),
        layers.reLU(),
        layers.conv2d({ ...conv, name: 'b', activation: 'relu' }),
        layers.flatten(),
        layers.dense({ name: 'c', units: 4, activation: 'softmax' }),
      ],
    }),
  );
  change(model, 'a', 0, (value, [, , , channel]) => (channel === 5 ? 0 : value));
  change(model, 'norm', 1, (value, [channel]) => (channel === 5 ? 0.5 : value));
  change(model, 'norm', 3, (value, [channel]) => (channel === 5 ? 0 : 2 * value));
  return model;
}

/** A layer whose channel 5 is 40 times quieter than the others, and which BatchNorm brings to their size. */
function stretchedModel(): tf.LayersModel {
  const model = fill(
    tf.sequential({
      layers: [
        layers.dense({ name: 'a', units: UNITS, inputShape: [16], useBias: false }),
        layers.batchNormalization({ name: 'norm' }),
        layers.reLU(),
        layers.dense({ name: 'b', units: UNITS, activation: 'relu' }),
        layers.dense({ name: 'c', units: 4, activation: 'softmax' }),
      ],
    }),
  );
  change(model, 'a', 0, (value, [, channel]) => (channel === 5 ? value / 40 : value));
  change(model, 'norm', 3, (value, [channel]) => (channel === 5 ? (2 * value) / 40 ** 2 : 2 * value));
  return model;
}

/** Channel 5 of `b` is 20 times as loud, which `c` makes good. */
function outlierModel(): tf.LayersModel {
  const model = denseModel([UNITS, UNITS, UNITS]);
  change(model, 'b', 0, (value, [, channel]) => (channel === 5 ? 20 * value : value));
  change(model, 'c', 0, (value, [input]) => (input === 5 ? value / 20 : value));
  return model;
}

/** One weight of `c` is 30 times as large as any other, from a unit that is as much quieter. */
function outlierWeightModel(): tf.LayersModel {
  const model = denseModel([UNITS, UNITS, UNITS]);
  change(model, 'c', 0, (value, [input]) => (input === 5 ? 30 * value : value));
  change(model, 'b', 0, (value, [, channel]) => (channel === 5 ? value / 30 : value));
  return model;
}

const oneScale = { granularity: 'perTensor' } as const;

describe('a layer that was spoilt is the first by what it costs', () => {
  const cases: readonly {
    what: string;
    model: () => tf.LayersModel;
    options: Partial<AnalyzeOptions>;
    layer: string;
    reason: RegExp;
    remedy: RegExp;
  }[] = [
    {
      what: 'an outlier channel',
      model: outlierModel,
      options: oneScale,
      layer: 'b',
      reason: /^channel 5 has weights 2\d times those of the middle channel, and all share one scale/,
      remedy: /^b with a scale for each channel: /,
    },
    {
      what: 'an input far louder than the others',
      model: outlierWeightModel,
      options: {},
      layer: 'c',
      reason: /^its weights have outliers or lean to one side/,
      remedy: /^c (at|clipped|in)/,
    },
    {
      what: 'a range that BatchNorm stretches',
      model: stretchedModel,
      options: oneScale,
      layer: 'a',
      reason: /^BatchNorm stretches the errors of channel 5 to \d+ times those of the middle one$/,
      remedy: /^a with a scale for each channel: /,
    },
    {
      what: 'a dead channel',
      model: deadModel,
      options: oneScale,
      layer: 'a',
      reason: /^1 dead channel is brought to life by rounding$/,
      remedy: /^a with a scale for each channel: /,
    },
    {
      what: 'a layer that is too narrow',
      model: () => denseModel([UNITS, 3, UNITS]),
      options: { bits: 2, bitWidths: [2], layer: { a: 8, c: 8, d: 8 } },
      layer: 'b',
      reason: /^only 3 channels carry everything/,
      remedy: /^b at \d bits: /,
    },
  ];
  for (const { what, model, options, layer, reason, remedy } of cases) {
    it(what, async () => {
      await startEngine('embedded');
      const [worst] = await analyzed(model(), options);
      assert.equal(worst!.name, `${layer}/kernel`);
      assert.equal(worst!.verdict!.level, 'bottleneck');
      assert.match(worst!.verdict!.reason!, reason);
      // Which comes first is for the bytes of the file to decide.
      const found = worst!.verdict!.remedies.find(({ text }) => remedy.test(text));
      assert.ok(found!.gainPoints! > 0);
    });
  }

  it('float is no remedy for the only layer, since nothing would be left to quantize', async () => {
    await startEngine('embedded');
    const model = fill(
      tf.sequential({
        layers: [layers.dense({ name: 'a', units: 4, inputShape: [16], activation: 'softmax' })],
      }),
    );
    const [only] = await analyzed(model, { bits: 2, bitWidths: [2] });
    assert.equal(only!.verdict!.level, 'bottleneck');
    const kinds = only!.verdict!.remedies.map(({ kind }) => kind);
    assert.ok(kinds.includes('bits') && !kinds.includes('float'), `${kinds}`);
  });

  it('none is in a model that nobody spoilt', async () => {
    await startEngine('embedded');
    for (const { verdict } of await analyzed(denseModel([UNITS, UNITS, UNITS]), {}))
      assert.notEqual(verdict!.level, 'bottleneck');
  });

  it('its remedy does what was measured: analyzed with it, the model is as much better', async () => {
    await startEngine('embedded');
    // So few samples are not divided: gains are stated on those that the model is scored on.
    const few = { ...oneScale, samples: 31 };
    const [worst] = await analyzed(outlierModel(), few);
    const remedy = worst!.verdict!.remedies.find(({ kind }) => kind === 'bits')!;
    const agreement = async (rules: Partial<AnalyzeOptions>) =>
      100 * (await reportOf(outlierModel(), { ...few, ...rules })).sensitivity!.packed.metric;
    const gained = (await agreement({ layer: { b: remedy.bits as 8 } })) - (await agreement({}));
    assert.ok(Math.abs(gained - remedy.gainPoints!) < 1e-6, `${gained}, ${remedy.gainPoints}`);
    const [float] = worst!.verdict!.remedies.filter(({ kind }) => kind === 'float');
    const inFloat = (await agreement({ layer: { b: 'float' } })) - (await agreement({}));
    assert.ok(Math.abs(inFloat - float!.gainPoints!) < 1e-6, `${inFloat}, ${float!.gainPoints}`);
  });
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom, type OnProgress, type ProgressEvent, silent } from '../../src/core/index.js';
import { type SourceModel, type SynthesisOptions, synthesizeInputs } from '../../src/data/index.js';
import { drawAnswers } from '../../src/data/synthesis/classes.js';
import { createPace } from '../../src/data/synthesis/pace.js';
import type { Engine } from '../../src/engine/engine.js';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';

const options = (): SynthesisOptions => ({
  batchSize: 24,
  batches: 2,
  steps: 60,
  measured: { batches: 1, stepsShare: 0.25 },
  isOtherKind: false,
  random: createRandom(1),
  onProgress: silent,
});

const vector = (size: number) => [{ shape: [size], dtype: 'float32' as const, limit: null }];
const MEAN = [4, -2, 0.5];
const VARIANCE = [9, 0.25, 1];

/** BatchNorm that remembers three channels, and a dense layer. */
function remembering(): SourceModel {
  const norm = tf.layers.batchNormalization({ inputShape: [3] });
  const kernelInitializer = tf.initializers.heNormal({ seed: 1 });
  const model = tf.sequential({ layers: [norm, tf.layers.dense({ units: 2, kernelInitializer })] });
  norm.setWeights([tf.ones([3]), tf.zeros([3]), tf.tensor1d(MEAN), tf.tensor1d(VARIANCE)]);
  return sourceOf(model, 'linear');
}

/** A model that answers noise with its first class, almost always. */
function deciding(units: number, kind: 'softmax' | 'sigmoid'): SourceModel {
  const kernelInitializer = tf.initializers.heNormal({ seed: 2 });
  const dense = tf.layers.dense({ units, inputShape: [8], kernelInitializer });
  const model = tf.sequential({ layers: [dense] });
  const bias = tf.tensor1d([kind === 'sigmoid' ? -6 : 6, ...Array.from({ length: units - 1 }, () => 0)]);
  dense.setWeights([dense.getWeights()[0]!, bias]);
  return sourceOf(model, kind);
}

const sourceOf = (model: tf.LayersModel, kind: 'softmax' | 'sigmoid' | 'linear'): SourceModel => ({
  model,
  outputs: [{ kind, shape: model.outputs[0]!.shape.slice(1) }],
  logits: ([x]) => [model.apply(x!) as tf.Tensor],
});

function momentsOf(values: Float32Array, channel: number): { mean: number; deviation: number } {
  const column = values.filter((_, index) => index % 3 === channel);
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / column.length) };
}

function assertRemembered(values: Float32Array): void {
  for (const [channel, variance] of VARIANCE.entries()) {
    const { mean, deviation } = momentsOf(values, channel);
    assert.ok(Math.abs(mean - MEAN[channel]!) < 0.3 * Math.sqrt(variance));
    assert.ok(Math.abs(deviation / Math.sqrt(variance) - 1) < 0.3);
  }
}

describe('synthesizeInputs', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  it('moves noise until BatchNorm sees the mean and deviation that it remembers', async () => {
    const source = remembering();
    const tensors = tf.memory().numTensors;
    const { inputs, made, note } = await synthesizeInputs(engine, source, vector(3), {
      ...options(),
      steps: 400,
    });
    assert.equal(tf.memory().numTensors, tensors);
    assert.equal(made, 'statistics');
    assert.equal(inputs[0]!.length, 48 * 3);
    assertRemembered(inputs[0]!);
    assert.match(note, /match what 1 BatchNorm layers remember/);
  });

  it('moves each of several inputs by its own range', async () => {
    const ranges = [
      { name: '0..255', offset: 128, scale: 64 },
      { name: '0..1', offset: 0.5, scale: 0.25 },
    ];
    const shares = [
      { mean: -1, deviation: 0.5 },
      { mean: 1, deviation: 2 },
    ];
    const inputs = ranges.map(() => tf.input({ shape: [3] }));
    const norms = inputs.map(() => tf.layers.batchNormalization());
    const normed = inputs.map((input, index) => norms[index]!.apply(input) as tf.SymbolicTensor);
    const joined = tf.layers.concatenate().apply(normed) as tf.SymbolicTensor;
    const outputs = tf.layers.dense({ units: 2 }).apply(joined) as tf.SymbolicTensor;
    const model = tf.model({ inputs, outputs });
    for (const [index, { offset, scale }] of ranges.entries()) {
      const { mean, deviation } = shares[index]!;
      const [means, variances] = [
        tf.fill([3], offset + mean * scale),
        tf.fill([3], (deviation * scale) ** 2),
      ];
      norms[index]!.setWeights([tf.ones([3]), tf.zeros([3]), means, variances]);
    }
    const source: SourceModel = {
      model,
      outputs: [{ kind: 'linear', shape: [2] }],
      logits: (tensors) => [model.apply([...tensors]) as tf.Tensor],
    };
    const given = ranges.map((range) => ({ shape: [3], dtype: 'float32' as const, limit: null, range }));
    const { inputs: made } = await synthesizeInputs(engine, source, given, { ...options(), steps: 60 });
    for (const [index, { offset, scale }] of ranges.entries()) {
      const { mean, deviation } = momentsOf(made[index]!, 0);
      assert.ok(Math.abs((mean - offset) / scale - shares[index]!.mean) < 0.2, `${index}: mean ${mean}`);
      assert.ok(Math.abs(Math.log(deviation / scale / shares[index]!.deviation)) < 0.3, `${deviation}`);
    }
  });

  for (const { kind, units, classes } of [
    { kind: 'softmax', units: 4, classes: 4 },
    { kind: 'sigmoid', units: 1, classes: 2 },
  ] as const) {
    it(`moves noise until a ${kind} answers with each of its classes`, async () => {
      const source = deciding(units, kind);
      const tensors = tf.memory().numTensors;
      const { inputs, made } = await synthesizeInputs(engine, source, vector(8), {
        ...options(),
        steps: 200,
      });
      assert.equal(tf.memory().numTensors, tensors);
      assert.equal(made, 'classes');
      const logits = (source.model.predict(tf.tensor2d(inputs[0]!, [48, 8])) as tf.Tensor).arraySync();
      const counts = Array.from({ length: classes }, () => 0);
      for (const row of logits as number[][]) {
        const scores = kind === 'sigmoid' ? [0, row[0]!] : row;
        counts[scores.indexOf(Math.max(...scores))]!++;
      }
      for (const count of counts) assert.ok(count >= 48 / classes / 2, `${counts}`);
    });
  }

  it('makes the same of the same seed, and something else of another', async () => {
    const source = remembering();
    const made = async (seed: number) =>
      (await synthesizeInputs(engine, source, vector(3), { ...options(), random: createRandom(seed) }))
        .inputs;
    const [first, again, other] = [await made(1), await made(1), await made(2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
  });

  it('makes those to measure on apart: the others are the same without them', async () => {
    const made = (batches: number) =>
      synthesizeInputs(engine, remembering(), vector(3), {
        ...options(),
        measured: { batches, stepsShare: 0.25 },
      });
    const [without, two] = [await made(0), await made(2)];
    assert.deepEqual(two.inputs, without.inputs);
    assert.equal(without.measured[0]!.length, 0);
    assert.equal(two.measured[0]!.length, 48 * 3);
    assert.ok(two.measured[0]!.every((value) => !two.inputs[0]!.includes(value)));
    assert.ok(two.distance!.after < two.distance!.before);
  });

  it('makes the least number of batches in few steps where time is up at once, and noise of no steps', async () => {
    const five = { ...options(), batches: 5 };
    const limit = { maxMs: 1e-9, leastBatches: 2 };
    const soon = await synthesizeInputs(engine, remembering(), vector(3), { ...five, limit });
    assert.equal(soon.inputs[0]!.length, 2 * 24 * 3);
    assert.deepEqual([soon.samples, soon.steps, soon.shortened], [48, 8, true]);
    const none = await synthesizeInputs(engine, remembering(), vector(3), {
      ...options(),
      batches: 5,
      steps: 0,
    });
    assert.equal(none.made, 'noise');
    assert.equal(none.inputs[0]!.length, 5 * 24 * 3);
  });

  it('says as soon as it knows how long the fewest take, where the run may not take that long', async () => {
    const told = async (runMs: number) => {
      const events: ProgressEvent[] = [];
      const onProgress: OnProgress = (event) => void events.push(event);
      const limit = { maxMs: 1e-9, leastBatches: 2, runMs };
      await synthesizeInputs(engine, remembering(), vector(3), { ...options(), limit, onProgress });
      return events.map((event) => (event.kind === 'warning' ? event.text : event.kind));
    };
    const [warning, ...others] = await told(1e-9);
    assert.match(warning!, /^the fewest inputs take about .* and --max-time leaves .* for the whole run$/);
    assert.deepEqual(others, ['stage', 'stage']);
    assert.deepEqual(await told(3_600_000), ['stage', 'stage']);
  });

  it('makes again what a limit of time left, asked for by its counts', async () => {
    const limit = { maxMs: 1e-9, leastBatches: 2 };
    const cut = await synthesizeInputs(engine, remembering(), vector(3), { ...options(), batches: 5, limit });
    const counts = { batches: cut.samples / 24, steps: cut.steps };
    const again = await synthesizeInputs(engine, remembering(), vector(3), { ...options(), ...counts });
    assert.deepEqual(again.inputs, cut.inputs);
    assert.equal(again.shortened, false);
  });

  it('keeps to the steps that an interrupted run had decided on, also where there is no limit any more', () => {
    const decided = { usedMs: 1000, setUpMs: 100, decided: 12 };
    assert.equal(createPace({ steps: 60 }, decided).steps(Number.POSITIVE_INFINITY), 12);
    assert.equal(createPace({ steps: 60 }, { ...decided, decided: null }).steps(0), 60);
  });

  it('leaves nothing on the engine when it is aborted', async () => {
    const source = deciding(4, 'softmax');
    const tensors = tf.memory().numTensors;
    const run = synthesizeInputs(engine, source, vector(8), { ...options(), signal: AbortSignal.abort() });
    await assert.rejects(run, { code: 'aborted' });
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('takes whole numbers of the vocabulary for an embedding', async () => {
    const tokens = [{ shape: [10], dtype: 'int32' as const, limit: 7 }];
    const { inputs } = await synthesizeInputs(engine, null, tokens, options());
    assert.equal(inputs[0]!.length, 480);
    assert.ok(inputs[0]!.every((value) => Number.isInteger(value) && value >= 0 && value < 7));
  });

  it('makes one-hot rows for characters', async () => {
    const characters = [{ shape: [10, 7], dtype: 'float32' as const, limit: null, isOneHot: true }];
    const { inputs, note } = await synthesizeInputs(engine, null, characters, options());
    const rows = Array.from({ length: 480 }, (_, row) => Array.from(inputs[0]!.slice(row * 7, row * 7 + 7)));
    assert.ok(rows.every((row) => row.filter((value) => value === 1).length === 1));
    assert.ok(rows.every((row) => row.filter((value) => value === 0).length === 6));
    assert.ok(new Set(rows.map((row) => row.indexOf(1))).size === 7);
    assert.match(note, /one-hot rows/);
  });

  it('makes whole bytes for an image of whole numbers, and noise of its own for each input', async () => {
    const image = { shape: [16, 16, 3], dtype: 'int32' as const, limit: null };
    const numbers = { shape: [40], dtype: 'float32' as const, limit: null };
    const { inputs, note } = await synthesizeInputs(engine, null, [image, numbers], options());
    assert.ok(inputs[0]!.every((value) => Number.isInteger(value) && value >= 0 && value <= 255));
    assert.ok(new Set(inputs[0]).size > 100);
    const mean = inputs[1]!.reduce((sum, value) => sum + value, 0) / inputs[1]!.length;
    assert.ok(Math.abs(mean) < 0.2);
    assert.match(note, /noise with the spectrum of photographs \(0\.\.255; mean 0, deviation 1\)/);
  });

  for (const [what, shape] of [
    ['images', [64, 48, 3]],
    ['volumes', [20, 24, 22, 1]],
  ] as const) {
    it(`makes ${what} within their range, with as much in each octave of detail`, async () => {
      const { inputs } = await synthesizeInputs(engine, null, [{ shape, dtype: 'float32', limit: null }], {
        ...options(),
        batchSize: 8,
        batches: 1,
      });
      assert.ok(inputs[0]!.every((value) => value >= 0 && value <= 1));
      const [channels, width] = [shape.at(-1)!, shape.at(-2)!];
      /** How much a value and the mean of `distance` before it differ from those that follow: Haar's wavelet in a row. */
      const detail = (distance: number): number => {
        const differences: number[] = [];
        for (let row = 0; row < inputs[0]!.length; row += width * channels) {
          const at = (x: number) => inputs[0]![row + x * channels]!;
          for (let x = 0; x + 2 * distance <= width; x += 2 * distance) {
            const halves = Array.from({ length: distance }, (_, i) => at(x + i) - at(x + distance + i));
            differences.push(halves.reduce((sum, each) => sum + each, 0) / (2 * distance));
          }
        }
        return differences.reduce((sum, each) => sum + each ** 2, 0) / differences.length;
      };
      const [fine, middle, coarse] = [detail(1), detail(2), detail(4)];
      assert.ok(
        Math.max(fine, middle, coarse) < 3 * Math.min(fine, middle, coarse),
        `${[fine, middle, coarse]}`,
      );
      const [first, second] = [0, Math.floor(width / 2) * channels];
      assert.notEqual(inputs[0]![first], inputs[0]![second]);
    });
  }

  it('makes photographs that are nearly grey', async () => {
    const image = [{ shape: [32, 32, 3], dtype: 'float32' as const, limit: null }];
    const [values] = (await synthesizeInputs(engine, null, image, options())).inputs;
    let [between, spread] = [0, 0];
    for (let i = 0; i < values!.length; i += 3) {
      between += (values![i]! - values![i + 1]!) ** 2;
      spread += (values![i]! - 0.5) ** 2;
    }
    assert.ok(between < 0.5 * spread);
  });
});

describe('answers to ask for', () => {
  it('are probabilities, and each class is chosen as often as the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 0, max: 1e6 }), (classes, seed) => {
        const rows = drawAnswers(classes, 4 * classes, createRandom(seed));
        const total = Array.from({ length: classes }, () => 0);
        for (let row = 0; row < 4 * classes; row++) {
          const answer = [...rows.subarray(row * classes, (row + 1) * classes)];
          assert.ok(answer.every((share) => share > 0));
          assert.ok(Math.abs(answer.reduce((sum, share) => sum + share) - 1) < 1e-5);
          for (const [index, share] of answer.entries()) total[index]! += share;
        }
        // Each was chosen four times, with a probability of 0.3 at least.
        assert.ok(total.every((sum) => sum >= 1.2));
      }),
    );
  });
});

describe('synthesizeInputs on the native engine', { skip: await skipWithoutNative() }, () => {
  it('records one step for all batches', async () => {
    const engine = await startEngine('native');
    const reasons: (string | null)[] = [];
    const watched: Engine = {
      ...engine,
      compileStep: (...args) => {
        const compiled = engine.compileStep(...args);
        const dispose = () => {
          reasons.push(compiled.eagerReason());
          compiled.dispose();
        };
        return { ...compiled, dispose };
      },
    };
    const { inputs } = await synthesizeInputs(watched, remembering(), vector(3), {
      ...options(),
      steps: 400,
    });
    assert.deepEqual(reasons, [null]);
    assertRemembered(inputs[0]!);
  });
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../../src/core/index.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as tf from '../../../src/engine/tf.js';
import {
  canLearnRounding,
  learnRounding,
  type RoundingOptions,
} from '../../../src/train/blocks/learn-rounding.js';
import { predictOnGrid } from '../../../src/train/index.js';
import { startCpu } from '../../cpu-engine.js';
import { traineeOf } from '../dense-trainee.js';
import type { LayersTrainee } from '../layers-trainee.js';

const options: RoundingOptions = {
  ...{ steps: 150, batchSize: 32, atOnce: 64, seed: 0, precision: 'float32' },
  onStep: () => {},
};

/** Samples whose columns go together, so that errors of weights can cancel out. */
function inputs(count: number, seed: number): tf.Tensor[] {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, () => {
    const common = 2 * random.normal();
    return Array.from({ length: 4 }, () => common + 0.3 * random.normal());
  });
  return [tf.tensor2d(rows)];
}

function errorOn(trainee: LayersTrainee, x: tf.Tensor[]): number {
  return tf.tidy(() => {
    const [ours, theirs] = [predictOnGrid(trainee, x)[0]!, trainee.teacher.run(x)[0]!];
    return tf.mean(tf.squaredDifference(ours, theirs)).dataSync()[0]!;
  });
}

const kernelValues = ({ kernels }: LayersTrainee) => kernels.map(({ variable }) => [...variable.dataSync()]);

describe('learning the rounding block by block', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  it('brings the outputs on other samples closer than the nearest levels do', async () => {
    const trainee = traineeOf(engine);
    const others = inputs(200, 2);
    const nearest = errorOn(trainee, others);
    assert.equal(await learnRounding(trainee, inputs(200, 1), options), 150);
    const learned = errorOn(trainee, others);
    assert.ok(learned < 0.5 * nearest, `${learned} for ${nearest}`);
  });

  it('leaves every weight on one of the two levels around it', async () => {
    const trainee = traineeOf(engine);
    const before = kernelValues(trainee);
    await learnRounding(trainee, inputs(50, 1), options);
    for (const [index, { levels, scale, view }] of trainee.kernels.entries()) {
      const steps = scale.dataSync();
      for (const [at, value] of kernelValues(trainee)[index]!.entries()) {
        const step = steps[at % view[1]]!;
        const inUnits = before[index]![at]! / step;
        const around = levels.toSorted((a, b) => Math.abs(a - inUnits) - Math.abs(b - inUnits)).slice(0, 2);
        assert.ok(
          around.some((level) => Math.abs(level * step - value) < 1e-5),
          `${value} of ${around} * ${step}`,
        );
      }
    }
  });

  it('is the same with the same seed, frees what it took, and tells of every step', async () => {
    const told: string[] = [];
    const onStep = (done: number, total: number) => void told.push(`${done} of ${total}`);
    const x = inputs(20, 1);
    const results: number[][][] = [];
    for (let run = 0; run < 2; run++) {
      const trainee = traineeOf(engine);
      const tensors = tf.memory().numTensors;
      await learnRounding(trainee, x, { ...options, steps: 20, onStep });
      assert.equal(tf.memory().numTensors, tensors);
      results.push(kernelValues(trainee));
    }
    assert.deepEqual(results[0], results[1]);
    assert.deepEqual([told[0], told[39], told.length], ['1 of 40', '40 of 40', 80]);
  });

  it('leaves the model as it was where there is no time for enough steps', async () => {
    const trainee = traineeOf(engine);
    const before = trainee.student.model.getWeights().map((each) => [...each.dataSync()]);
    const hurried = { ...options, steps: 1e6, maxMs: 1 };
    assert.equal(await learnRounding(trainee, inputs(20, 1), hurried), 0);
    assert.deepEqual(
      trainee.student.model.getWeights().map((each) => [...each.dataSync()]),
      before,
    );
  });

  it('ends with an error when it is aborted, and frees what it took', async () => {
    const trainee = traineeOf(engine);
    const x = inputs(20, 1);
    const tensors = tf.memory().numTensors;
    const signal = AbortSignal.abort();
    await assert.rejects(learnRounding(trainee, x, { ...options, signal }), { code: 'aborted' });
    assert.equal(tf.memory().numTensors, tensors);
  });

  it('is for models that have blocks with kernels of few levels', () => {
    const trainee = traineeOf(engine);
    assert.equal(canLearnRounding(trainee), true);
    assert.equal(canLearnRounding({ ...trainee, kernels: [] }), false);
    const student = { ...trainee.student, blocks: () => [] };
    assert.equal(canLearnRounding({ ...trainee, student }), false);
  });

  it('is not for models of which a kernel has a price on its bits', () => {
    const penalised = traineeOf(engine, tf.variable(tf.scalar(0.01), false));
    assert.equal(canLearnRounding(penalised), false);
    // The other kernels would start from blocks in which this one was rounded for its price.
    const [one, ...others] = traineeOf(engine).kernels;
    const mixed = [one!, penalised.kernels[1]!];
    assert.equal(others.length, 1);
    assert.equal(canLearnRounding({ ...traineeOf(engine), kernels: mixed }), false);
  });
});

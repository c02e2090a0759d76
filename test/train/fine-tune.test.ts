import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type ProgressEvent, sizeOf } from '../../src/core/index.js';
import type { CompiledStep, Engine, Precision } from '../../src/engine/engine.js';
import * as tf from '../../src/engine/tf.js';
import type { Batch } from '../../src/metrics/targets.js';
import {
  type FineTuneOptions,
  fineTune,
  onGrid,
  predictOnGrid,
  type Trainee,
} from '../../src/train/index.js';
import { layersStudent } from '../../src/train/layers-models.js';
import { startCpu } from '../cpu-engine.js';
import { optionsOf, stepOptions } from '../options.js';
import { denseModel, samples, six, traineeOf } from './dense-trainee.js';

const options: FineTuneOptions = {
  ...optionsOf('compress'),
  ...stepOptions({ distill: 0.5, temperature: 1, precision: 'float32' }),
  epochs: 3,
  learningRate: 0.01,
  guidance: 0.02,
  onProgress: () => {},
};

/** A step with inputs that no loss can be made of. */
const spoilt = (batch: Batch): Batch => ({
  ...batch,
  inputs: [batch.inputs[0]!.map(() => Number.NaN)],
});

/** Each column of a kernel at 2 bits has at most 4 different values. */
function assertOnGrid({ kernels }: Trainee): void {
  for (const { variable } of kernels) {
    const width = variable.shape.at(-1)!;
    const columns = Array.from({ length: width }, () => new Set<number>());
    for (const [i, value] of variable.dataSync().entries()) columns[i % width]!.add(value);
    for (const column of columns) assert.ok(column.size <= 4, `${column.size} values in a column`);
  }
}

/** `|w - Q(w)|^2 / |w|^2` of each kernel, by the weights before they were put on their grid and those they have now. */
function residualsBy({ kernels }: Trainee, unsnapped: ReadonlyMap<string, Float32Array>): number[] {
  return kernels.map(({ name, variable }) => {
    const now = variable.dataSync();
    const before = unsnapped.get(name)!;
    const error = before.reduce((sum, value, i) => sum + (value - now[i]!) ** 2, 0);
    return error / before.reduce((sum, value) => sum + value ** 2, 0);
  });
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  for (const [index, value] of actual.entries())
    assert.ok(Math.abs(value - expected[index]!) < 1e-6 + 1e-4 * value, `${actual} for ${expected}`);
}

describe('fineTune', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  it('leaves the kernels on their grid, the loss lower, and no tensor behind after any epoch', async () => {
    const trainee = traineeOf(engine);
    const counts: number[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'epoch') counts.push(tf.memory().numTensors);
    };
    const before = tf.memory().numTensors;
    const { trace, epochsDone } = await fineTune(
      trainee,
      { steps: 6, batches: six, plain: six },
      { ...options, onProgress },
    );
    assert.equal(epochsDone, 3);
    assert.ok(trace[2]!.loss < trace[0]!.loss);
    assert.deepEqual(counts, [counts[0], counts[0], counts[0]]);
    assert.equal(tf.memory().numTensors, before);
    assertOnGrid(trainee);
  });

  it('a model with dropout learns the same each time, since nothing is dropped', async () => {
    const trained = async () => {
      const trainee = traineeOf(engine);
      const dropout = tf.layers.dropout({ rate: 0.5 });
      const [first, norm, last] = trainee.student.layers as [
        tf.layers.Layer,
        tf.layers.Layer,
        tf.layers.Layer,
      ];
      const input = tf.input({ shape: [4] });
      const hidden = dropout.apply(norm.apply(first.apply(input))) as tf.SymbolicTensor;
      const model = tf.model({ inputs: input, outputs: last.apply(hidden) as tf.SymbolicTensor });
      const data = { steps: 6, batches: six, plain: six };
      await fineTune({ ...trainee, student: layersStudent(model) }, data, options);
      return trainee.kernels.map(({ variable }) => [...variable.dataSync()]);
    };
    assert.deepEqual(await trained(), await trained());
  });

  it('guidance brings the weights nearer to their grid', async () => {
    const residualsAt = async (guidance: number) => {
      const { residuals } = await fineTune(
        traineeOf(engine),
        { steps: 6, batches: six, plain: six },
        { ...options, epochs: 8, guidance },
      );
      return Object.values(residuals).reduce((sum, residual) => sum + residual, 0);
    };
    assert.ok((await residualsAt(1)) < 0.5 * (await residualsAt(0)));
  });

  it('says what convolutions compute with where that was wished for, and where it was chosen', async () => {
    const train = (chosen: ReturnType<CompiledStep['precision']>, precision: Precision) => {
      // As an engine does, it knows only after a step.
      const compileStep: Engine['compileStep'] = (...args) => {
        const compiled = engine.compileStep(...args);
        let steps = 0;
        const run: CompiledStep['run'] = (inputs) => {
          steps++;
          return compiled.run(inputs);
        };
        return { ...compiled, run, precision: () => (steps > 0 ? chosen : null) };
      };
      const trainee = traineeOf({ ...engine, compileStep });
      const data = { steps: 6, batches: six, plain: six };
      return fineTune(trainee, data, { ...options, statistics: 'frozen', epochs: 1, precision });
    };
    const notesOf = async (...args: Parameters<typeof train>) => (await train(...args)).notes.join();
    assert.equal(await notesOf(null, 'auto'), '');
    assert.match(await notesOf(null, 'bfloat16'), /in float32: the .+ engine has no other/);
    assert.equal(await notesOf({ name: 'float32', reason: 'slower' }, 'auto'), '');
    assert.match(await notesOf({ name: 'float32', reason: 'off by 3' }, 'bfloat16'), /in float32: off by 3/);
    assert.match(await notesOf({ name: 'bfloat16', reason: 'faster' }, 'auto'), /in bfloat16: faster/);
    assert.equal((await train({ name: 'bfloat16', reason: 'faster' }, 'auto')).precision, 'bfloat16');
    assert.equal((await train(null, 'auto')).precision, 'float32');
  });

  it('says why the engine can do no better than one op after another', async () => {
    const compileStep: Engine['compileStep'] = (...args) => ({
      ...engine.compileStep(...args),
      eagerReason: () => 'it reads a value back while it runs',
    });
    const { notes } = await fineTune(
      traineeOf({ ...engine, compileStep }),
      { steps: 6, batches: six, plain: six },
      { ...options, epochs: 2 },
    );
    assert.deepEqual(notes, [
      'training goes op by op, which is slower than a recorded step: it reads a value back while it runs',
    ]);
  });

  it('goes back to the last good epoch when the loss is not a number, with a lower learning rate', async () => {
    const trainee = traineeOf(engine);
    let done = false;
    const batches = async function* (epoch: number): AsyncGenerator<Batch> {
      for await (const batch of six()) {
        const spoil = epoch === 1 && !done;
        done ||= spoil;
        yield spoil ? spoilt(batch) : batch;
      }
    };
    const { trace, notes } = await fineTune(trainee, { steps: 6, batches, plain: six }, options);
    assert.deepEqual(
      trace.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    assert.match(notes[0]!, /not a finite number: back to the end of epoch 1/);
    for (const weight of trainee.student.model.getWeights()) {
      assert.ok(weight.dataSync().every((value) => Number.isFinite(value)));
    }
    const { trace: calm } = await fineTune(
      traineeOf(engine),
      { steps: 6, batches: six, plain: six },
      options,
    );
    assert.ok(trace[1]!.learningRate < 0.5 * calm[1]!.learningRate);
  });

  it('gives up on a loss that never is a number', async () => {
    const batches = async function* (): AsyncGenerator<Batch> {
      yield { inputs: [new Float32Array(4).fill(Number.NaN)], labels: Int32Array.of(0), size: 1 };
    };
    await assert.rejects(fineTune(traineeOf(engine), { steps: 1, batches, plain: six }, options), {
      code: 'diverged',
    });
  });

  it('keeps the state that was best on held-out samples', async () => {
    const trainee = traineeOf(engine);
    const [input] = samples(16, 99).inputs;
    const answers = () =>
      tf.tidy(() =>
        predictOnGrid(trainee, [tf.tensor(input!, [16, 4])])[0]!
          .dataSync()
          .slice(),
      );
    const seen: (Float32Array | Int32Array | Uint8Array)[] = [];
    const scores = [0.5, 0.9, 0.6];
    const evaluate = async () => {
      seen.push(answers());
      // What is shown is no part of the choice.
      const value = seen.length;
      return { name: 'agreement', value, score: scores[seen.length - 1] ?? (seen.length === 4 ? 0.6 : 0.9) };
    };
    const { notes } = await fineTune(
      trainee,
      { steps: 6, batches: six, plain: six, evaluate },
      { ...options, statistics: 'frozen' },
    );
    assert.deepEqual(answers(), seen[1]);
    assert.notDeepEqual(seen[1], seen[2]);
    assert.deepEqual(notes, [
      'kept the weights of epoch 2, which are better on held-out samples than the last',
    ]);
  });

  it('stops when half of the epochs brought nothing better', async () => {
    let score = 1;
    const evaluate = async () => ({ name: 'accuracy', value: 1, score: score-- });
    const { trace, notes } = await fineTune(
      traineeOf(engine),
      { steps: 6, batches: six, plain: six, evaluate },
      { ...options, epochs: 12 },
    );
    assert.equal(trace.length, 7);
    assert.match(notes[0]!, /stopped after epoch 7: the last 6 brought nothing better/);
  });

  it('in float, a setback after the kernels went to their grid leaves them on it, and is said', async () => {
    // Of 60 steps the last 6 are on the grid: 54 is the first of an epoch.
    for (const spoiltStep of [53, 54, 56]) {
      let step = 0;
      let done = false;
      const batches = async function* (): AsyncGenerator<Batch> {
        for await (const batch of six()) {
          const spoil = step++ === spoiltStep && !done;
          done ||= spoil;
          yield spoil ? spoilt(batch) : batch;
        }
      };
      const trainee = traineeOf(engine);
      const { notes, unsnapped, residuals } = await fineTune(
        trainee,
        { steps: 6, batches, plain: six },
        { ...options, forward: 'float', epochs: 10 },
      );
      assertOnGrid(trainee);
      assert.match(notes.join(), /not a finite number/);
      assertNear(Object.values(residuals), residualsBy(trainee, unsnapped));
      assert.ok(Object.values(residuals).every((residual) => residual > 1e-4));
    }
  });

  it('in float, a training that stalls is finished on the grid: biases and BatchNorm move there', async () => {
    let score = 1;
    let biases: readonly number[] = [];
    const trainee = traineeOf(engine);
    const biasOf = () => [...(trainee.student.layers[2]!.getWeights()[1]!.dataSync() as Float32Array)];
    const evaluate = async () => {
      if (score === -5) biases = biasOf();
      return { name: 'accuracy', value: 1, score: score > -6 ? score-- : 2 };
    };
    const { trace, notes, epochsDone } = await fineTune(
      trainee,
      { steps: 6, batches: six, plain: six, evaluate },
      { ...options, forward: 'float', epochs: 12 },
    );
    assert.match(notes[0]!, /stopped after epoch 7: the last 6 brought nothing better/);
    // 42 steps, and 3 of 97 of them once more.
    assert.equal(epochsDone * 6, 43);
    assert.equal(trace.length, 8);
    assertOnGrid(trainee);
    assert.notDeepEqual(biasOf(), biases);
  });

  it('the residuals are those of the epoch whose weights are kept', async () => {
    for (const forward of ['quantized', 'float'] as const) {
      const scores = [0.5, 0.9, 0.6];
      let calls = 0;
      const evaluate = async () => {
        const score = scores[calls++] ?? (calls === 4 ? 0.6 : 0.9);
        return { name: 'agreement', value: score, score };
      };
      const trainee = traineeOf(engine);
      const { residuals, trace, unsnapped } = await fineTune(
        trainee,
        { steps: 6, batches: six, plain: six, evaluate },
        { ...options, forward },
      );
      assert.deepEqual(residuals, trace[1]!.residuals);
      assert.notDeepEqual(residuals, trace[2]!.residuals);
      assertNear(Object.values(residuals), residualsBy(trainee, unsnapped));
    }
  });

  it('keeps the entropy penalty under which a state was scored, and so its codes', async () => {
    const factor = tf.variable(tf.scalar(0.1), false);
    const trainee = traineeOf(engine, factor);
    const codes = () =>
      trainee.kernels.map((kernel) => [...(tf.tidy(() => onGrid(kernel).dataSync()) as Float32Array)]);
    const measured: (readonly (readonly number[])[])[] = [];
    const measureBytes = async () => {
      measured.push(codes());
      // Before the first epoch and after the first two.
      return measured.length <= 3 ? 50 : 200;
    };
    const evaluate = async () => ({ name: 'accuracy', value: 1, score: 1 });
    const { trace } = await fineTune(
      trainee,
      {
        steps: 6,
        batches: six,
        plain: six,
        evaluate,
        size: { factor, mostBytes: 100, measureBytes, remedy: '' },
      },
      { ...options, statistics: 'frozen', epochs: 4 },
    );
    assert.equal(factor.dataSync()[0], trace[1]!.entropyPenalty);
    assert.notEqual(trace[1]!.entropyPenalty, trace[2]!.entropyPenalty);
    assert.deepEqual(codes(), measured[2]);
  });

  it('in float, without guidance or teacher, is stock tfjs training', async () => {
    const trainee = traineeOf(engine);
    const stock = denseModel(1);
    stock.setWeights(trainee.student.model.getWeights());
    const optimizer = tf.train.adam(0.01);
    stock.compile({ optimizer, loss: 'categoricalCrossentropy' });
    const plain = { ...options, forward: 'float' as const, distill: 0, guidance: 0, epochs: 1 };
    let steps = 0;
    const batches = async function* () {
      for (let batch = 0; batch < 5; batch++) {
        const { inputs, labels, size } = samples(32, batch);
        const decay = Math.sqrt((1 + Math.cos((Math.PI * batch) / 100)) / 2);
        Object.assign(optimizer, { learningRate: 0.01 * decay });
        await stock.trainOnBatch(
          tf.tensor(inputs[0]!, [size, 4]),
          tf.oneHot(tf.tensor1d(labels as Int32Array, 'int32'), 3),
        );
        steps++;
        yield { inputs, labels, size } as Batch;
      }
      // The rest of the schedule is left undone: the signal ends it here.
      abort.abort();
      yield samples(32, 9);
    };
    const abort = new AbortController();
    const run = fineTune(trainee, { steps: 100, batches, plain: six }, { ...plain, signal: abort.signal });
    await assert.rejects(run, { code: 'aborted' });
    assert.equal(steps, 5);
    const theirs = stock.getWeights();
    for (const [index, weight] of trainee.student.model.getWeights().entries()) {
      const expected = theirs[index]!.dataSync();
      const size = sizeOf(weight.shape);
      const values = weight.dataSync();
      for (let i = 0; i < size; i++) assert.ok(Math.abs(values[i]! - expected[i]!) < 2e-5);
    }
  });
});

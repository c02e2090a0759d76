import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Engine, startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { studentLoss, teacherLogits } from '../../src/train/step-loss.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';
import type { LayersTrainee } from './layers-trainee.js';

const tokens = [
  [3, 1, 4, 0, 0],
  [1, 5, 0, 0, 0],
  [2, 0, 0, 0, 0],
];
const STEPS = 5;
const steps = tokens.flat().map((token) => token !== 0);
/** Two columns a step, in steps that count and in padded ones. */
const right = (padded: number) =>
  tf.tensor3d(
    steps.flatMap((isReal, i) => (isReal ? [i % 2, 1 - (i % 2)] : [padded, 3 * padded])),
    [tokens.length, STEPS, 2],
  );

/** A tagger of every step. */
function tagger(activation: string): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true, inputLength: STEPS }),
      tf.layers.simpleRNN({ units: 3, returnSequences: true, recurrentInitializer: 'glorotUniform' }),
      tf.layers.dense({ units: 2, activation: activation === 'softmax' ? 'softmax' : 'linear' }),
    ],
  });
}

function traineeOf(engine: Engine, activation: string): LayersTrainee {
  const [student, teacher] = [tagger(activation), tagger(activation)];
  const headsOf = (model: tf.LayersModel) => [
    headOf(activation, { shape: [STEPS, 2], layer: model.layers.at(-1)! }),
  ];
  return {
    engine,
    student: layersStudent(student),
    teacher: layersTeacher(teacher),
    kernels: [],
    inputs: [{ shape: [STEPS], dtype: 'int32' }],
    studentHeads: headsOf(student),
    teacherHeads: headsOf(teacher),
  };
}

/** Loss, and the gradients of all weights. */
function lossOf(
  trainee: LayersTrainee,
  target: tf.Tensor,
  distill: number,
  given = tokens,
): { loss: number; gradients: number[][] } {
  return tf.tidy(() => {
    const inputs = [tf.tensor2d(given)];
    const options = stepOptions({ distill, temperature: 1, units: [Float32Array.of(1, 1)] });
    const teaching = distill === 0 ? [] : teacherLogits(trainee, inputs);
    const variables = trainee.student.trained();
    const { value, grads } = tf.variableGrads(
      () => studentLoss(trainee, options, { inputs, targets: [target], teaching }),
      variables,
    );
    const gradients = variables.map(({ name }) => [...grads[name]!.dataSync()]);
    return { loss: value.dataSync()[0]!, gradients };
  });
}

/** The mean over the steps that count of what `of` makes of the rows there. */
function meanOverReal(
  of: (a: readonly number[], b: readonly number[]) => number,
  a: tf.Tensor,
  b: tf.Tensor,
): number {
  const [first, second] = [a, b].map((tensor) => tensor.dataSync<'float32'>());
  const rows = [...steps.keys()].filter((row) => steps[row]);
  const at = (values: Float32Array, row: number) => [...values.subarray(2 * row, 2 * row + 2)];
  return rows.reduce((sum, row) => sum + of(at(first!, row), at(second!, row)), 0) / rows.length;
}

const squared = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;

/** By definition, of a prediction and what it should be: a task, or a teacher's prediction. */
const definitions = {
  softmax: {
    task: (p: readonly number[], t: readonly number[]) =>
      p.reduce((sum, share, i) => sum - t[i]! * Math.log(share), 0),
    teaching: (p: readonly number[], t: readonly number[]) =>
      p.reduce((sum, share, i) => sum + t[i]! * Math.log(t[i]! / share), 0),
  },
  linear: { task: squared, teaching: squared },
};

const skipNative = await skipWithoutNative();

for (const name of ['embedded', 'native'] as const) {
  describe(`the loss of padded sequences on the ${name} engine`, {
    skip: name === 'native' && skipNative,
  }, () => {
    let engine: Engine;
    before(async () => {
      engine = await startEngine(name);
    });

    for (const activation of ['softmax', 'linear'] as const) {
      it(`${activation}: what padded steps should be changes neither loss nor gradient`, () => {
        const trainee = traineeOf(engine, activation);
        const [first, second] = [0, 9].map((padded) => lossOf(trainee, right(padded), 0.5));
        assert.ok(first!.loss > 0 && first!.gradients.flat().some((value) => value !== 0));
        assert.deepEqual(second, first);
      });

      it(`${activation}: task and distillation are means over the steps that count`, () => {
        const trainee = traineeOf(engine, activation);
        const [ours, theirs] = [trainee.student, trainee.teacher].map(
          ({ model }) => model.predict(tf.tensor2d(tokens)) as tf.Tensor,
        );
        const { task, teaching } = definitions[activation];
        for (const [distill, expected] of [
          [0, meanOverReal(task, ours!, right(0))],
          [1, meanOverReal(teaching, ours!, theirs!)],
        ] as const) {
          const { loss } = lossOf(trainee, right(7), distill);
          assert.ok(Math.abs(loss - expected) < 1e-5, `${loss}, expected ${expected}`);
        }
      });
    }

    it('a batch of padding alone has a loss of 0 and no gradient', () => {
      const trainee = traineeOf(engine, 'softmax');
      const { loss, gradients } = lossOf(
        trainee,
        right(1),
        0,
        tokens.map((row) => row.map(() => 0)),
      );
      assert.equal(loss, 0);
      assert.ok(gradients.flat().every((value) => value === 0));
    });
  });
}

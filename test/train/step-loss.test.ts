import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { headsInside } from '../../src/compression/fitting/watched.js';
import type { Engine } from '../../src/engine/engine.js';
import * as tf from '../../src/engine/tf.js';
import type { OutputHead } from '../../src/metrics/index.js';
import type { Trainee } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { type StepBatch, studentLoss } from '../../src/train/step-loss.js';
import { startCpu } from '../cpu-engine.js';
import { stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';

/** The logits that the student gives to two samples, and those of the teacher. */
const ours = [
  [0.3, -1.2, 2.5],
  [-0.7, 0.1, 0.4],
];
const theirs = [
  [1.1, -0.4, 1.9],
  [-2, 0.6, 0.2],
];
const labels = [2, 0];

const softmax = (row: readonly number[], temperature = 1) => {
  const powers = row.map((z) => Math.exp(z / temperature));
  return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
};
const crossentropies = ours.map((row, i) => -Math.log(softmax(row)[labels[i]!]!));
const divergencesAt = (temperature: number) =>
  ours.map((row, i) => {
    const [p, q] = [softmax(theirs[i]!, temperature), softmax(row, temperature)];
    return temperature ** 2 * p.reduce((sum, share, j) => sum + share * Math.log(share / q[j]!), 0);
  });
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('studentLoss', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  const lossOf = (
    student: tf.LayersModel,
    head: OutputHead,
    given: Parameters<typeof stepOptions>[0],
    batch: Partial<StepBatch>,
  ): number => {
    const heads = { studentHeads: [head], teacherHeads: [head] };
    const trainee: Trainee = {
      ...{ engine, student: layersStudent(student), teacher: layersTeacher(student) },
      ...{ kernels: [], inputs: [] },
      ...heads,
    };
    const whole = { inputs: [], targets: [], teaching: [], ...batch };
    return tf.tidy(() => studentLoss(trainee, stepOptions(given), whole).dataSync()[0]!);
  };

  /** A model that gives what comes in, before its activation. */
  const passing = (activation: 'softmax' | 'linear', width: number) => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: width, activation, useBias: false, inputShape: [width] })],
    });
    model.setWeights([tf.eye(width)]);
    return model;
  };

  const classified = (given: Parameters<typeof stepOptions>[0], sampleWeights?: readonly number[]) => {
    const student = passing('softmax', 3);
    return lossOf(student, headOf('softmax', { layer: student.layers[0]! }), given, {
      inputs: [tf.tensor2d(ours)],
      targets: [tf.cast(tf.oneHot(labels, 3), 'float32')],
      teaching: [tf.tensor2d(theirs)],
      sampleWeights: sampleWeights && tf.tensor1d([...sampleWeights]),
    });
  };
  const close = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-5, `${actual}, expected ${expected}`);

  for (const distill of [0, 0.3, 1]) {
    for (const temperature of [1, 4]) {
      it(`is the cross-entropy by ${1 - distill}, and the divergence at ${temperature} by ${distill}`, () => {
        const expected = (1 - distill) * mean(crossentropies) + distill * mean(divergencesAt(temperature));
        close(classified({ distill, temperature }), expected);
      });
    }
  }

  it('counts each sample by its weight, in both parts', () => {
    const weights = [1.5, 0.5];
    const weighed = (values: readonly number[]) => mean(values.map((value, i) => value * weights[i]!));
    const expected = 0.6 * weighed(crossentropies) + 0.4 * weighed(divergencesAt(2));
    close(classified({ distill: 0.4, temperature: 2 }, weights), expected);
  });

  it('counts errors of plain values in the unit of each column', () => {
    const student = passing('linear', 2);
    const head = headOf('linear', { shape: [2] });
    const units = [Float32Array.of(4, 1e6)];
    const batch = {
      inputs: [tf.tensor2d([[1, 3000]])],
      targets: [tf.tensor2d([[5, 1000]])],
      teaching: [tf.tensor2d([[3, 3500]])],
    };
    // (4^2 / 4 + 2000^2 / 1e6) / 2 and (2^2 / 4 + 500^2 / 1e6) / 2
    close(lossOf(student, head, { distill: 0.5, units }, batch), (4 + 0.625) / 2);
  });

  it('adds the error of what is watched inside the model, in its own unit', () => {
    const identity = { useBias: false, kernelInitializer: 'identity' } as const;
    const student = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, activation: 'relu', name: 'hidden', inputShape: [2], ...identity }),
        tf.layers.dense({ units: 2, ...identity }),
      ],
    });
    const heads = [headOf('linear', { shape: [2] }), ...headsInside(['hidden'])];
    const trainee: Trainee = {
      ...{ engine, kernels: [], inputs: [], studentHeads: heads, teacherHeads: heads },
      student: layersStudent(student, ['hidden']),
      teacher: layersTeacher(student, ['hidden']),
    };
    const options = stepOptions({ distill: 1, units: [Float32Array.of(1), Float32Array.of(0.5)] });
    const batch = { inputs: [tf.tensor2d([[3, -2]])], targets: [] };
    const teaching = [tf.tensor2d([[1, 1]]), tf.tensor2d([[2, 4]])];
    // The student has [3, 0] in both places.
    const loss = tf.tidy(() => studentLoss(trainee, options, { ...batch, teaching }).dataSync()[0]!);
    close(loss, (4 + 1) / 2 + (1 + 16) / 2 / 0.5);
  });

  const lasts: [string, () => tf.layers.Layer][] = [
    ['a dense layer', () => tf.layers.dense({ units: 2, useBias: false, kernelInitializer: 'identity' })],
    [
      'a layer for each step',
      () =>
        tf.layers.timeDistributed({
          layer: tf.layers.dense({ units: 2, useBias: false, kernelInitializer: 'identity' }),
        }),
    ],
    ['the masking layer itself', () => tf.layers.masking({ maskValue: 0 })],
  ];
  for (const [what, last] of lasts) {
    it(`padded steps count in nothing, where ${what} makes the output`, () => {
      const masking = tf.layers.masking({ maskValue: 0, inputShape: [3, 2] });
      const student = tf.sequential({ layers: [masking, last()] });
      const head = headOf('linear', { shape: [3, 2] });
      const right = tf.tensor3d([
        [
          [1, 3],
          [2, 0],
          [50, 50],
        ],
      ]);
      const batch = {
        inputs: [
          tf.tensor3d([
            [
              [1, 1],
              [2, 2],
              [0, 0],
            ],
          ]),
        ],
        targets: [right],
        teaching: [right],
      };
      // Each of the two steps that count is off by 2 in one of two values.
      close(lossOf(student, head, { distill: 0.5, units: [Float32Array.of(1, 1)] }, batch), 2);
    });
  }
});

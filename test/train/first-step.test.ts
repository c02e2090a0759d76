import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { checkedFirstStep } from '../../src/train/first-step.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import type { Trainee } from '../../src/train/trainee.js';
import { startCpu } from '../cpu-engine.js';
import { refusal } from '../data/specs.js';
import { headOf } from '../output-heads.js';

async function traineeOf(): Promise<Trainee> {
  const student = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  const heads = [headOf('softmax')];
  return {
    engine: await startCpu(),
    student: layersStudent(student),
    teacher: layersTeacher(student),
    kernels: [],
    inputs: [{ shape: [3], dtype: 'float32' }],
    studentHeads: heads,
    teacherHeads: heads,
  };
}

describe('checkedFirstStep', () => {
  before(async () => void (await startCpu()));

  const moving = ({ student }: Trainee) => {
    const [kernel] = student.trained();
    kernel!.assign(tf.add(kernel!, 1e-3));
  };
  const staying = () => {};

  const cases: [string, number, number, (trainee: Trainee) => void, string | null][] = [
    ['a loss of 0 beside labels is refused', 0, 0.9, moving, 'the loss (crossentropy) is 0'],
    ['a loss without a gradient is refused', 0.7, 0.9, staying, 'has no gradient'],
    ['so it is where the teacher alone teaches', 0.7, 1, staying, 'has no gradient'],
    ['a student that begins as the equal of its only teacher is not', 0, 1, staying, null],
    ['nor is a loss that moves a weight', 0.7, 0, moving, null],
    ['nor one that is not a number', Number.NaN, 0, moving, null],
  ];
  for (const [what, loss, distill, step, refused] of cases) {
    it(what, async () => {
      const trainee = await traineeOf();
      const tensors = tf.memory().numTensors;
      const run = checkedFirstStep(trainee, { distill }, async () => {
        tf.tidy(() => step(trainee));
        return loss;
      });
      if (refused === null) assert.equal(await run, loss);
      else await assert.rejects(run, refusal('bad-data', refused, '--loss'));
      assert.equal(tf.memory().numTensors, tensors, 'nothing is left behind');
    });
  }

  for (const [what, value] of [
    ['leaves all as it is', null],
    ['makes weights that are no numbers', Number.NaN],
  ] as const)
    it(`names a weight that is far too large where the step ${what}`, async () => {
      const trainee = await traineeOf();
      const [variable] = trainee.student.trained();
      tf.tidy(() => variable!.assign(tf.mul(tf.onesLike(variable!), 1e30)));
      const kernels = [{ name: 'huge', variable } as Trainee['kernels'][number]];
      const run = checkedFirstStep({ ...trainee, kernels }, { distill: 0.9 }, async () => {
        if (value !== null) tf.tidy(() => variable!.assign(tf.fill(variable!.shape, value)));
        return 0.7;
      });
      await assert.rejects(run, refusal('non-finite', 'weight huge', '1.00e+30', '--epochs 0'));
    });
});

import { QgtError } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { LossOptions } from './step-loss.js';
import type { Trainee } from './trainee.js';

/**
 * Runs the first step of a training, and throws where training is pointless: a loss of 0 with labels, or no
 * gradient anywhere, means that the loss does not fit the outputs.
 *
 * A loss of 0 is allowed where only the teacher teaches: the student may begin as its equal.
 *
 * @param run  Takes the step; gives its loss.
 * @throws QgtError `bad-data`.
 */
export async function checkedFirstStep(
  { student, studentHeads }: Trainee,
  { distill }: Pick<LossOptions, 'distill'>,
  run: () => Promise<number>,
): Promise<number> {
  const variables = student.trained();
  const before = tf.tidy(() => variables.map((variable) => tf.clone(variable)));
  try {
    const loss = await run();
    const losses = [...new Set(studentHeads.map((head) => head.loss))].join(', ');
    if (loss === 0 && distill < 1) {
      throw new QgtError('bad-data', {
        where: 'training',
        what: `the loss (${losses}) is 0 before anything was trained`,
        expected: 'a loss that tells right from wrong outputs',
        remedy: 'check the labels, or name the loss with --loss',
      });
    }
    if (loss !== 0 && !(await moved(variables, before))) {
      throw new QgtError('bad-data', {
        where: 'training',
        what: `the loss (${losses}) has no gradient: no weight was moved`,
        remedy: 'check the labels, name the loss with --loss, or round without training with --epochs 0',
      });
    }
    return loss;
  } finally {
    tf.dispose(before);
  }
}

async function moved(variables: readonly tf.Variable[], before: readonly tf.Tensor[]): Promise<boolean> {
  const distance = tf.tidy(() =>
    variables
      .map((variable, index) => tf.max(tf.abs(tf.sub(variable, before[index]!))))
      .reduce((most, each) => tf.maximum(most, each), tf.scalar(0)),
  );
  const [most] = await distance.data();
  distance.dispose();
  // NaN counts as moved; it is handled elsewhere.
  return most !== 0;
}

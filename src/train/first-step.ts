import { QgtError } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { LossOptions } from './step-loss.js';
import { ownHeads, type Trainee } from './trainee.js';

/** Values from which on float32 can't hold the squares of the gradients that they make, by which Adam divides. */
const MAX_SQUARED = Math.sqrt(3.4028235e38);

/**
 * Runs the first step of a training, and throws where training is pointless: a loss of 0 with labels, or no
 * gradient anywhere, means that the loss does not fit the outputs, or that a weight is far too large.
 *
 * A loss of 0 is allowed where only the teacher teaches: the student may begin as its equal.
 *
 * @param run  Takes the step; gives its loss.
 * @throws QgtError `bad-data`, or `non-finite` naming such a weight where it makes the step fail.
 */
export async function checkedFirstStep(
  trainee: Trainee,
  { distill }: Pick<LossOptions, 'distill'>,
  run: () => Promise<number>,
): Promise<number> {
  const { student, kernels } = trainee;
  const variables = student.trained();
  const before = tf.tidy(() => variables.map((variable) => tf.clone(variable)));
  try {
    const loss = await run();
    const losses = [...new Set(ownHeads(trainee).map((head) => head.loss))].join(', ');
    if (loss === 0 && distill < 1) {
      throw new QgtError('bad-data', {
        where: 'training',
        what: `the loss (${losses}) is 0 before anything was trained`,
        expected: 'a loss that tells right from wrong outputs',
        remedy: 'check the labels, or name the loss with --loss',
      });
    }
    const change = await changeOf(variables, before);
    if (change !== 'moved') await checkSizes({ variables, before, kernels });
    if (loss !== 0 && change === 'none') {
      throw new QgtError('bad-data', {
        where: 'training',
        what: `the loss (${losses}) has no gradient: no weight was moved`,
        remedy:
          'check the labels and how large the inputs are, name the loss with --loss, or round without training with --epochs 0',
      });
    }
    return loss;
  } finally {
    tf.dispose(before);
  }
}

/** The effect of a step on the weights: none, some that are no numbers, or moved ones. */
async function changeOf(
  variables: readonly tf.Variable[],
  before: readonly tf.Tensor[],
): Promise<'none' | 'not finite' | 'moved'> {
  if (variables.length === 0) return 'none';
  // By sums: not every engine's maximum tells of NaN.
  const sums = tf.tidy(() =>
    tf.stack(
      variables.map((variable, index) =>
        tf.stack([
          tf.sum(tf.cast(tf.notEqual(variable, before[index]!), 'float32')),
          tf.sum(tf.mul(variable, 0)),
        ]),
      ),
    ),
  );
  const values = [...(await sums.data())];
  sums.dispose();
  if (values.some((value) => !Number.isFinite(value))) return 'not finite';
  return values.every((value) => value === 0) ? 'none' : 'moved';
}

/** Throws where a weight is so large that a step could only fail: it is named. */
async function checkSizes({
  variables,
  before,
  kernels,
}: Pick<Trainee, 'kernels'> & {
  readonly variables: readonly tf.Variable[];
  readonly before: readonly tf.Tensor[];
}): Promise<void> {
  for (const [index, variable] of variables.entries()) {
    const values = Float32Array.from(await before[index]!.data());
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest < MAX_SQUARED) continue;
    const kernel = kernels.find((each) => each.variable === variable);
    throw new QgtError('non-finite', {
      where: `weight ${kernel?.name ?? variable.name}`,
      what: 'it has so large a value that gradients overflow in training',
      got: largest.toPrecision(3),
      expected: `less than ${MAX_SQUARED.toPrecision(2)}`,
      remedy: 'check the float model, or round without training with --epochs 0',
    });
  }
}

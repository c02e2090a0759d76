import { softmaxCrossEntropy } from '../../engine/softmax-cross-entropy.js';
import * as tf from '../../engine/tf.js';
import { classCount, drawAnswers } from './classes.js';
import type { SourceModel, SynthesisLoss } from './synthesis-loss.js';

/**
 * Makes the loss that is 0 where the model gives the answers drawn for a batch, so that inputs show its
 * classes: the distance is the divergence of its answers from them, summed over the outputs that decide between
 * classes.
 *
 * @returns null for a model without such outputs.
 * @see DeepInversion, Yin et al. 2020, arXiv:1912.08795, eq. 1, its first term.
 */
export function classLoss({ outputs, logits }: SourceModel): SynthesisLoss | null {
  const deciding = outputs.flatMap((output, index) => {
    const classes = classCount(output);
    return classes === null ? [] : [{ index, classes }];
  });
  if (deciding.length === 0) return null;
  return {
    describe: `be answered with ${deciding.map(({ classes }) => `${classes} classes`).join(' and ')} in turn`,
    draw: (batchSize, random) =>
      deciding.map(({ classes }) =>
        tf.tensor2d(drawAnswers(classes, batchSize, random), [batchSize, classes]),
      ),
    distance: (inputs, drawn) => {
      const given = logits(inputs);
      return deciding
        .map(({ index }, at) => divergence(drawn[at]!, given[index]!))
        .reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
    },
  };
}

/** KL(wanted || given), the mean over the batch. */
function divergence(wanted: tf.Tensor, given: tf.Tensor): tf.Scalar {
  // A single sigmoid is a softmax over no, whose logit is 0, and yes.
  const logits = given.shape.at(-1) === 1 ? tf.concat([tf.zerosLike(given), given], -1) : given;
  const entropy = softmaxCrossEntropy(tf.log(wanted), wanted);
  return tf.mean(tf.sub(softmaxCrossEntropy(logits, wanted), entropy));
}

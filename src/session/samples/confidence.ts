import { tf } from '../../engine/index.js';
import { inputTensors, type OutputHead, type Predict } from '../../metrics/index.js';
import type { iterateBatches, resolvedInputs } from './samples.js';

/**
 * Measures how certain a model is: the mean probability of its decisions, 0.5 to 1 for two classes.
 *
 * @returns null for a model whose outputs are no probabilities.
 */
export async function confidenceOf(
  predict: Predict,
  batches: ReturnType<typeof iterateBatches>,
  inputs: ReturnType<typeof resolvedInputs>,
  heads: readonly OutputHead[],
): Promise<number | null> {
  if (!heads.some(decides)) return null;
  let sum = 0;
  let samples = 0;
  for await (const batch of batches) {
    const tensors = inputTensors(batch, { inputs });
    const outputs = await predict(tensors);
    const mean = tf.tidy(() => {
      const decided = outputs.flatMap((output, index) =>
        decides(heads[index]!) ? [tf.mean(certainty(output, heads[index]!))] : [],
      );
      return tf.mean(tf.stack(decided));
    });
    sum += (await mean.data())[0]! * batch.size;
    samples += batch.size;
    tf.dispose([mean, ...tensors, ...outputs]);
  }
  return samples === 0 ? null : sum / samples;
}

const decides = ({ kind }: OutputHead): boolean => kind === 'softmax' || kind === 'sigmoid';

/** Computes the probability of each decision: of the predicted class, or of yes or no. */
function certainty(output: tf.Tensor, { kind, logits }: OutputHead): tf.Tensor {
  if (kind === 'softmax') return tf.max(logits ? tf.softmax(output) : output, -1);
  const yes = logits ? tf.sigmoid(output) : output;
  return tf.maximum(yes, tf.sub(1, yes));
}

import { readFile } from 'node:fs/promises';
import { tf } from '../../src/engine/index.js';
import { digits, testDigits } from './digits.js';

/** What stock tfjs answers to the first `count` test digits with some weights replaced: [count, 10] probabilities. */
export async function answersOf(
  count: number,
  replaced: Readonly<Record<string, Float32Array>> = {},
): Promise<Float32Array> {
  const json = JSON.parse(await readFile(digits.model, 'utf8'));
  const bytes = Uint8Array.from(await readFile(digits.model.replace('model.json', 'weights.bin')));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: bytes.buffer,
    }),
  );
  const { pixels } = await testDigits();
  try {
    return tf.tidy(() => {
      for (const weight of model.weights) {
        const values = replaced[weight.originalName];
        if (values !== undefined) weight.write(tf.tensor(values, weight.shape as number[]));
      }
      return (
        model.predict(tf.tensor4d(pixels.slice(0, count * 64), [count, 8, 8, 1])) as tf.Tensor
      ).dataSync();
    }) as Float32Array;
  } finally {
    model.dispose();
  }
}

/** KL(p || q), in nats a sample; no probability of q counts for less than `least`. */
export function divergenceOf(p: Float32Array, q: Float32Array, least = 0): number {
  return (
    p.reduce(
      (sum, share, index) => sum + (share > 0 ? share * Math.log(share / Math.max(least, q[index]!)) : 0),
      0,
    ) /
    (p.length / 10)
  );
}

/** No probability counts for less in a loss. */
export const LEAST = 1e-7;

/** Accuracy and mean cross-entropy of answers to the first test digits, by the labels of the file. */
export async function stockScore(answers: Float32Array): Promise<{ accuracy: number; loss: number }> {
  const { labels } = await testDigits();
  const count = answers.length / 10;
  const rows = Array.from({ length: count }, (_, row) => answers.slice(10 * row, 10 * row + 10));
  const right = rows.filter((row, index) => row.indexOf(Math.max(...row)) === labels[index]).length;
  const loss = rows.reduce((sum, row, index) => sum - Math.log(Math.max(LEAST, row[labels[index]!]!)), 0);
  return { accuracy: right / count, loss: loss / count };
}

import * as tf from '../tf.js';

/** Sums of products by an equation, `ab,bc->ac`: the gradient of an operand is one of what comes in and the other. */
export const einsum: tf.GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, operands, { equation }) => {
    const [read, output] = (equation as string).replace(/\s/g, '').split('->') as [string, string];
    const terms = read.split(',');
    return Object.fromEntries(
      operands.map((operand, index) => {
        const others = [output, ...terms.filter((_, other) => other !== index)];
        const factors = [dy as tf.Tensor, ...operands.filter((_, other) => other !== index)];
        return [index, () => operandGradient(terms[index]!, operand, others, factors)];
      }),
    );
  },
};

/** @param term  The letters of the operand's dimensions; one that is in no other term was summed by itself. */
function operandGradient(
  term: string,
  operand: tf.Tensor,
  others: readonly string[],
  factors: readonly tf.Tensor[],
): tf.Tensor {
  const shared = [...term].filter((letter) => others.some((other) => other.includes(letter)));
  const product = tf.einsum(`${others.join(',')}->${shared.join('')}`, ...factors);
  const kept = operand.shape.map((size, axis) => (shared.includes(term[axis]!) ? size : 1));
  return tf.broadcastTo(tf.reshape(product, kept), operand.shape);
}

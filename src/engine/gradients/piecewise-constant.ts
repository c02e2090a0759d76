import * as tf from '../tf.js';

/**
 * Kernels whose output stays the same when an input moves a little, with the names of their inputs: a derivative of 0.
 *
 * Comparisons, logic, counts, and whatever gives indices. Stock tfjs has a gradient for FloorDiv, that of a division, but
 * none for the others.
 */
export const PIECEWISE_CONSTANT: Readonly<Record<string, readonly string[]>> = {
  [tf.All]: ['x'],
  [tf.Any]: ['x'],
  [tf.BitwiseAnd]: ['a', 'b'],
  [tf.BroadcastArgs]: ['s0', 's1'],
  [tf.Equal]: ['a', 'b'],
  [tf.FloorDiv]: ['a', 'b'],
  [tf.Greater]: ['a', 'b'],
  [tf.Less]: ['a', 'b'],
  [tf.LessEqual]: ['a', 'b'],
  [tf.LogicalAnd]: ['a', 'b'],
  [tf.LogicalNot]: ['x'],
  [tf.LogicalOr]: ['a', 'b'],
  [tf.LogicalXor]: ['a', 'b'],
  [tf.Multinomial]: ['logits'],
  [tf.NonMaxSuppressionV3]: ['boxes', 'scores'],
  [tf.NonMaxSuppressionV4]: ['boxes', 'scores'],
  [tf.NotEqual]: ['a', 'b'],
  [tf.SearchSorted]: ['sortedSequence', 'values'],
  [tf.SparseReshape]: ['inputIndices', 'inputShape', 'newShape'],
};

/** Kernels of which stock tfjs itself says that their derivative is 0. */
const STOCK_ZEROS: readonly string[] = [
  ...[tf.ArgMax, tf.ArgMin, tf.Ceil, tf.Floor, tf.GreaterEqual, tf.IsFinite, tf.IsInf, tf.IsNan, tf.OneHot],
  ...[tf.OnesLike, tf.Round, tf.Sign, tf.Step, tf.ZerosLike],
];

const all = new Set([...Object.keys(PIECEWISE_CONSTANT), ...STOCK_ZEROS]);

/** Whether nothing is learned through a kernel: it has no gradient, or one of 0. */
export const endsGradient = (kernelName: string): boolean =>
  all.has(kernelName) || tf.getGradient(kernelName) === undefined;

/** Registers a gradient of 0 for the kernels that are piecewise constant. */
export function registerZeroGradients(): void {
  for (const [kernelName, inputs] of Object.entries(PIECEWISE_CONSTANT)) {
    tf.registerGradient({
      kernelName,
      inputsToSave: [...inputs],
      gradFunc: (_, saved) =>
        Object.fromEntries(inputs.map((name, index) => [name, () => tf.zeros(saved[index]!.shape)])),
    });
  }
}

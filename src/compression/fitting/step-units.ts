import { type NamedTensor, sizeOf, type Weight } from '../../core/index.js';
import { tf } from '../../engine/index.js';

/** Operations that look rows up: how large these are has nothing to do with how many there are. */
const LOOKUPS = new Set(['Gather', 'GatherV2', 'ResourceGather']);

/**
 * By how much the steps of a kernel's channels differ from those of one of the usual size: their root mean square over
 * that of a kernel as it is initialised, `sqrt(2 / fan-in)`.
 *
 * A converter folds BatchNorm into the kernels, so that a channel may be a hundredth of another's size: a step that suits
 * the one would replace the other. A channel of zeros stays.
 *
 * @param floats  The weights as they are before training.
 * @returns By name, for each kernel a tensor that broadcasts along it.
 * @see He et al. 2015, arXiv:1502.01852, eq. 10.
 */
export function stepUnits(
  weights: readonly Weight[],
  floats: readonly NamedTensor[],
): ReadonlyMap<string, tf.Tensor> {
  const values = new Map(floats.map((each) => [each.name, each.values]));
  const units = new Map<string, tf.Tensor>();
  for (const { name, role, kind, shape, channelAxes } of weights) {
    if (role !== 'kernel' || LOOKUPS.has(kind)) continue;
    const summed = shape.map((_, axis) => axis).filter((axis) => !channelAxes.includes(axis));
    const fanIn = sizeOf(summed.map((axis) => shape[axis]!));
    const unit = tf.tidy(() => {
      const kernel = tf.tensor(values.get(name)!, [...shape], 'float32');
      return tf.sqrt(tf.mul(tf.mean(tf.square(kernel), summed, true), fanIn / 2));
    });
    units.set(name, unit);
  }
  return units;
}

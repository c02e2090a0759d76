import * as tf from './tf.js';

interface Attrs {
  readonly strides: number | [number, number, number];
  readonly pad: 'same' | 'valid';
  readonly dilations?: number | [number, number, number];
}

const stock = tf.getGradient(tf.Conv3D);

/** Lets 3D convolutions with a dilation be trained, on every engine: stock tfjs refuses their gradient. */
export function supportDilatedConv3d(): void {
  tf.registerGradient({
    kernelName: tf.Conv3D,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attrs) => {
      const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D];
      const interleaving = interleavingOf(x.shape, filter.shape, attrs as unknown as Attrs);
      if (interleaving === null) return stock.gradFunc(dy, saved, attrs);
      const { block, paddings, crops } = interleaving;
      const run = (kernel: string, inputs: tf.NamedTensorMap, shape: object): tf.Tensor =>
        tf.engine().runKernel(kernel, inputs, { strides: 1, pad: 'valid', ...shape });
      const [inputs, outputs] = [
        () => tf.spaceToBatchND(x, block, paddings),
        () => tf.spaceToBatchND(dy as tf.Tensor, block, crops),
      ];
      return {
        x: () => {
          const shape = { inputShape: inputs().shape };
          const gradient = run(tf.Conv3DBackpropInputV2, { dy: outputs(), filter }, shape);
          return tf.batchToSpaceND(gradient, block, paddings);
        },
        filter: () =>
          run(tf.Conv3DBackpropFilterV2, { x: inputs(), dy: outputs() }, { filterShape: filter.shape }),
      };
    },
  });
}

/**
 * A 3D convolution kernel that knows no dilation, made to know it.
 *
 * Zeros between the weights, as 2D convolutions have them, would be a thousand times the work for the dilation of 16
 * that models of brain scans have.
 */
export function withDilation(kernel: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x, filter } = call.inputs as { x: tf.Tensor5D; filter: tf.Tensor5D };
    const interleaving = interleavingOf(x.shape, filter.shape, call.attrs as unknown as Attrs);
    if (interleaving === null) return kernel(call);
    const { block, paddings, crops } = interleaving;
    return tf.tidy(() => {
      const inputs = { x: tf.spaceToBatchND(x, block, paddings), filter };
      const attrs = { ...call.attrs, pad: 'valid', dilations: [1, 1, 1] };
      return tf.batchToSpaceND(kernel({ ...call, inputs, attrs }) as tf.Tensor, block, crops);
    });
  };
}

/** How a dilated convolution becomes a plain one of a batch that has every n-th voxel in a sample of its own. */
interface Interleaving {
  readonly block: number[];
  /** Zeros before and after each dimension of the input. */
  readonly paddings: number[][];
  /** Surplus of the output at each end, since the input was filled up to whole blocks. */
  readonly crops: number[][];
}

/** null where there is no dilation. */
function interleavingOf(
  input: readonly number[],
  filter: readonly number[],
  { pad, dilations = 1 }: Attrs,
): Interleaving | null {
  const block = typeof dilations === 'number' ? [dilations, dilations, dilations] : [...dilations];
  if (block.every((step) => step === 1)) return null;
  const sides = block.map((step, axis) => {
    const total = pad === 'same' ? (filter[axis]! - 1) * step : 0;
    const before = Math.floor(total / 2);
    const rest = (input[axis + 1]! + total) % step;
    return { before, after: total - before, extra: rest === 0 ? 0 : step - rest };
  });
  return {
    block,
    paddings: sides.map(({ before, after, extra }) => [before, after + extra]),
    crops: sides.map(({ extra }) => [0, extra]),
  };
}

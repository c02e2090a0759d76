import * as tf from '../tf.js';
import { addAt, indicesOf, none } from './places.js';

const stockGather = tf.getGradient(tf.GatherV2)!;

/** Kernels that take values from some places to others: the gradient takes what comes in back. */
export const movedValues: readonly tf.GradConfig[] = [
  {
    ...stockGather,
    // Stock tfjs gives the indices themselves for theirs, which it refuses then, as they are no floats.
    gradFunc: (dy, saved, attrs) => ({ ...stockGather.gradFunc(dy, saved, attrs), indices: none(saved[1]!) }),
  },
  {
    kernelName: tf.GatherNd,
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({
      params: () => tf.scatterND(indices!, dy as tf.Tensor, params!.shape),
      indices: none(indices!),
    }),
  },
  {
    kernelName: tf.ScatterNd,
    inputsToSave: ['indices', 'updates'],
    gradFunc: (dy, [indices]) => ({
      indices: none(indices!),
      updates: () => tf.gatherND(dy as tf.Tensor, indices!),
    }),
  },
  {
    kernelName: tf.TensorScatterUpdate,
    inputsToSave: ['indices', 'updates'],
    gradFunc: (dy, [indices, updates]) => ({
      tensor: () => tf.tensorScatterUpdate(dy as tf.Tensor, indices!, tf.zerosLike(updates!)),
      indices: none(indices!),
      updates: () => tf.gatherND(dy as tf.Tensor, indices!),
    }),
  },
  {
    kernelName: tf.SparseToDense,
    inputsToSave: ['sparseIndices', 'sparseValues', 'defaultValue'],
    gradFunc: (dy, [indices, values, fallback]) => {
      const total = dy as tf.Tensor;
      // A vector of indices is of places in a vector, or one place.
      const places = (): tf.Tensor =>
        indices!.rank === 2 ? indices! : tf.reshape(indices!, total.rank === 1 ? [-1, 1] : [1, -1]);
      const written = (): tf.Tensor => tf.gatherND(total, places());
      return {
        sparseIndices: none(indices!),
        sparseValues: () => (values!.rank === 0 ? tf.sum(written()) : tf.reshape(written(), values!.shape)),
        defaultValue: () => tf.reshape(tf.sub(tf.sum(total), tf.sum(written())), fallback!.shape),
      };
    },
  },
  {
    kernelName: tf.StridedSlice,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        // Indices in two parts that float32 holds exactly: the WASM backend takes int32 for that.
        const all = indicesOf(x!.shape);
        const part = tf.scalar(4096, 'int32');
        const [high, low] = [tf.floorDiv(all, part), tf.mod(all, part)].map((indices) =>
          tf.cast(takeSlice(tf.cast(indices, 'float32'), attrs), 'int32'),
        );
        return addAt(dy as tf.Tensor, tf.add(tf.mul(high!, part), low!), x!.shape);
      },
    }),
  },
  {
    kernelName: tf.TopK,
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dys, [x, indices]) => ({
      x: () => {
        const length = x!.shape.at(-1)!;
        const starts = tf.mul(indicesOf([...x!.shape.slice(0, -1), 1]), tf.scalar(length, 'int32'));
        return addAt((dys as tf.Tensor[])[0]!, tf.add(indices!, starts), x!.shape);
      },
    }),
  },
  {
    kernelName: tf.MaxPoolWithArgmax,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dys, [x, y], attrs) => ({
      x: () => {
        const inputs = { dy: (dys as tf.Tensor[])[0]!, input: x!, output: y! };
        return tf.engine().runKernel(tf.MaxPoolGrad, inputs, attrs) as tf.Tensor;
      },
    }),
  },
  {
    kernelName: tf.DepthToSpace,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { blockSize }) => ({
      x: () => {
        const [batch, rows, columns, channels] = x!.shape as [number, number, number, number];
        const block = blockSize as number;
        const blocks = tf.reshape(dy as tf.Tensor, [batch, rows, block, columns, block, -1]);
        return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, rows, columns, channels]);
      },
    }),
  },
  {
    kernelName: tf.FlipLeftRight,
    gradFunc: (dy) => ({ image: () => tf.image.flipLeftRight(dy as tf.Tensor4D) }),
  },
  {
    kernelName: tf.Diag,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () => {
        const places = tf.mul(indicesOf([x!.size]), tf.scalar(x!.size + 1, 'int32'));
        return tf.reshape(tf.gather(tf.reshape(dy as tf.Tensor, [-1]), places), x!.shape);
      },
    }),
  },
];

function takeSlice(x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel(tf.StridedSlice, { x }, attrs);
}

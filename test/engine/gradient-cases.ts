import { tf } from '../../src/engine/index.js';

/** A call of a kernel, in a function of tensors of these shapes whose gradient is looked at. */
export interface GradientCase {
  readonly kernel: string;
  readonly shapes: readonly (readonly number[])[];
  run(...inputs: tf.Tensor[]): tf.Tensor;
}

const number = (x: tf.Tensor): tf.Tensor => tf.cast(x, 'float32');
const positive = (x: tf.Tensor): tf.Tensor => tf.greater(x, 0);
const integer = (x: tf.Tensor): tf.Tensor => tf.cast(tf.div(x, 0.23), 'int32');
/** Integers that read a tensor, though they don't change with it. */
const fixed = (x: tf.Tensor, values: number[]): tf.Tensor =>
  tf.cast(tf.add(tf.mul(x, 0), tf.reshape(tf.tensor(values), x.shape)), 'int32');
const indices = (values: number[] | number[][]): tf.Tensor => tf.tensor(values, undefined, 'int32');
const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap);
const boxes = (): tf.Tensor2D => tf.tensor2d([0.1, 0, 0.8, 0.9, 0, 0.25, 1.2, 0.7], [2, 4]);

const one = [[3, 4]];
const two = [
  [3, 4],
  [3, 4],
];

/** What moves in steps, so that its gradient is 0; in sums with something that isn't. */
const steps: GradientCase[] = [
  { kernel: tf.All, shapes: one, run: (x) => number(tf.all(positive(x), 1)) },
  { kernel: tf.Any, shapes: one, run: (x) => number(tf.any(positive(x), 1)) },
  { kernel: tf.BitwiseAnd, shapes: two, run: (a, b) => number(tf.bitwiseAnd(integer(a), integer(b))) },
  {
    kernel: tf.BroadcastArgs,
    shapes: [[2], [3]],
    run: (a, b) => number(run(tf.BroadcastArgs, { s0: fixed(a, [3, 1]), s1: fixed(b, [2, 1, 4]) }, {})),
  },
  { kernel: tf.Equal, shapes: two, run: (a, b) => number(tf.equal(a, b)) },
  { kernel: tf.FloorDiv, shapes: one, run: (x) => number(tf.floorDiv(x, 0.46)) },
  { kernel: tf.Greater, shapes: two, run: (a, b) => number(tf.greater(a, b)) },
  { kernel: tf.Less, shapes: two, run: (a, b) => number(tf.less(a, b)) },
  { kernel: tf.LessEqual, shapes: two, run: (a, b) => number(tf.lessEqual(a, b)) },
  { kernel: tf.LogicalAnd, shapes: two, run: (a, b) => number(tf.logicalAnd(positive(a), positive(b))) },
  { kernel: tf.LogicalNot, shapes: one, run: (x) => number(tf.logicalNot(positive(x))) },
  { kernel: tf.LogicalOr, shapes: two, run: (a, b) => number(tf.logicalOr(positive(a), positive(b))) },
  {
    kernel: tf.LogicalXor,
    shapes: two,
    run: (a, b) => number(run(tf.LogicalXor, { a: positive(a), b: positive(b) }, {})),
  },
  {
    kernel: tf.Multinomial,
    shapes: one,
    run: (x) => number(tf.multinomial(tf.mul(x, 99) as tf.Tensor2D, 5, 7)),
  },
  {
    kernel: tf.NonMaxSuppressionV3,
    shapes: [[4, 4], [4]],
    run: (b, s) => number(tf.image.nonMaxSuppression(b as tf.Tensor2D, s as tf.Tensor1D, 2)),
  },
  {
    kernel: tf.NonMaxSuppressionV4,
    shapes: [[4, 4], [4]],
    run: (b, s) =>
      number(
        tf.image.nonMaxSuppressionPadded(b as tf.Tensor2D, s as tf.Tensor1D, 2, 0.5, -9, true)
          .selectedIndices as tf.Tensor,
      ),
  },
  { kernel: tf.NotEqual, shapes: two, run: (a, b) => number(tf.notEqual(a, b)) },
  {
    kernel: tf.SearchSorted,
    shapes: [[3, 4]],
    run: (x) => number(tf.searchSorted(tf.tensor2d([-1.5, 0, 1.5, -1.5, 0, 1.5, -1.8, 0, 1.8], [3, 3]), x)),
  },
  {
    kernel: tf.SparseReshape,
    shapes: [[2, 2], [2]],
    run: (places, shape) =>
      number(
        tf.sparse.sparseReshape(
          fixed(places, [0, 1, 2, 3]) as tf.Tensor2D,
          fixed(shape, [3, 4]) as tf.Tensor1D,
          tf.tensor1d([2, 6], 'int32'),
        ).outputIndices!,
      ),
  },
];

const moves: GradientCase[] = [
  {
    kernel: tf.GatherV2,
    shapes: [[2, 3], [3]],
    run: (x, order) => tf.gather(x, tf.topk(order, 2).indices, 1),
  },
  {
    kernel: tf.GatherNd,
    shapes: one,
    run: (x) =>
      tf.gatherND(
        x,
        indices([
          [2, 1],
          [0, 3],
          [2, 1],
        ]),
      ),
  },
  { kernel: tf.GatherNd, shapes: [[3, 2, 2]], run: (x) => tf.gatherND(x, indices([[2], [0], [2]])) },
  {
    kernel: tf.ScatterNd,
    shapes: [[3, 2]],
    run: (x) => tf.scatterND(indices([[4], [1], [4]]), x, [5, 2]),
  },
  {
    kernel: tf.TensorScatterUpdate,
    shapes: [
      [5, 2],
      [2, 2],
    ],
    run: (x, updates) => tf.tensorScatterUpdate(x, indices([[4], [1]]), updates),
  },
  {
    kernel: tf.SparseToDense,
    shapes: [[2], []],
    run: (values, rest) =>
      tf.sparseToDense(
        indices([
          [0, 1],
          [2, 3],
        ]),
        values,
        [3, 4],
        rest as tf.Scalar,
      ),
  },
  {
    kernel: tf.SparseToDense,
    shapes: [[], []],
    run: (value, rest) => tf.sparseToDense(indices([1, 3]), value as tf.Scalar, [5], rest as tf.Scalar),
  },
  { kernel: tf.StridedSlice, shapes: [[5, 6]], run: (x) => tf.stridedSlice(x, [4, 1], [0, 6], [-2, 3]) },
  {
    kernel: tf.StridedSlice,
    shapes: [[2, 5, 6]],
    // x[..., newaxis, 2, 1:4]
    run: (x) => tf.stridedSlice(x, [0, 0, 2, 1], [0, 0, 3, 4], [1, 1, 1, 1], 0, 0, 1, 2, 4),
  },
  { kernel: tf.TopK, shapes: [[2, 3, 5]], run: (x) => tf.topk(x, 2).values },
  {
    kernel: tf.MaxPoolWithArgmax,
    shapes: [[2, 4, 5, 3]],
    run: (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'valid').result!,
  },
  {
    kernel: tf.MaxPoolWithArgmax,
    shapes: [[2, 4, 4, 2]],
    run: (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'valid', true).result!,
  },
  { kernel: tf.DepthToSpace, shapes: [[2, 2, 3, 8]], run: (x) => tf.depthToSpace(x as tf.Tensor4D, 2) },
  { kernel: tf.FlipLeftRight, shapes: [[2, 2, 3, 2]], run: (x) => tf.image.flipLeftRight(x as tf.Tensor4D) },
  { kernel: tf.Diag, shapes: [[3, 2]], run: (x) => tf.diag(x) },
];

const sums: GradientCase[] = [
  {
    kernel: tf.Bincount,
    shapes: [[5]],
    run: (w) => tf.bincount(indices([0, 3, 3, 7, 1]) as tf.Tensor1D, w as tf.Tensor1D, 4),
  },
  {
    kernel: tf.DenseBincount,
    shapes: [[2, 3]],
    run: (w) =>
      tf.denseBincount(
        indices([
          [0, 3, 3],
          [9, 1, 0],
        ]) as tf.Tensor2D,
        w as tf.Tensor2D,
        4,
      ),
  },
  {
    kernel: tf.SparseSegmentSum,
    shapes: [[4, 2]],
    run: (x) =>
      tf.sparse.sparseSegmentSum(x, indices([3, 1, 1]) as tf.Tensor1D, indices([0, 0, 1]) as tf.Tensor1D),
  },
  {
    kernel: tf.SparseSegmentMean,
    shapes: [[4, 2]],
    run: (x) =>
      tf.sparse.sparseSegmentMean(x, indices([3, 1, 1]) as tf.Tensor1D, indices([0, 0, 1]) as tf.Tensor1D),
  },
  { kernel: tf.Cumprod, shapes: [[3, 4]], run: (x) => tf.cumprod(x, 1) },
  { kernel: tf.Cumprod, shapes: [[3, 4]], run: (x) => tf.cumprod(x, 0, true, true) },
  {
    kernel: tf.Einsum,
    shapes: [
      [2, 3, 4],
      [4, 5],
    ],
    run: (a, b) => tf.einsum('abc,cd->abd', a, b),
  },
  { kernel: tf.Einsum, shapes: [[2, 3, 4]], run: (a) => tf.einsum('abc->ca', a) },
  { kernel: tf.Einsum, shapes: [[2, 3, 4]], run: (a) => tf.einsum('abc->cb', a) },
  {
    kernel: tf.CropAndResize,
    shapes: [[2, 5, 6, 2]],
    run: (x) =>
      tf.image.cropAndResize(x as tf.Tensor4D, boxes(), indices([1, 0]) as tf.Tensor1D, [3, 4], 'nearest'),
  },
  {
    kernel: tf.CropAndResize,
    shapes: [[2, 5, 6, 2]],
    run: (x) =>
      tf.image.cropAndResize(x as tf.Tensor4D, boxes(), indices([1, 0]) as tf.Tensor1D, [3, 4], 'bilinear'),
  },
  {
    kernel: tf.CropAndResize,
    shapes: [[2, 5, 6, 2]],
    run: (x) =>
      tf.image.cropAndResize(x as tf.Tensor4D, boxes(), indices([1, 1]) as tf.Tensor1D, [1, 1], 'bilinear'),
  },
];

/** Batches of two operands that are repeated beside each other, and which of them are transposed. */
const batches: readonly (readonly [first: readonly number[], second: readonly number[], flags: string])[] = [
  [[2], [1], 'none a b ab'],
  [[], [2], 'none a b ab'],
  [[2, 2], [2], 'none ab'],
  [[1, 1], [2, 2], 'a'],
  [[2], [2], 'none a b ab'],
];

const products: GradientCase[] = batches.flatMap(([first, second, flags]) =>
  flags.split(' ').map((flag) => {
    const [transposeA, transposeB] = [flag.startsWith('a'), flag.endsWith('b')];
    return {
      kernel: tf.BatchMatMul,
      shapes: [
        [...first, ...(transposeA ? [3, 2] : [2, 3])],
        [...second, ...(transposeB ? [1, 3] : [3, 1])],
      ],
      run: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB),
    };
  }),
);

const elementwise: GradientCase[] = [tf.Maximum, tf.Minimum, tf.SquaredDifference].flatMap((kernel) =>
  [
    [
      [2, 1, 2],
      [3, 1],
    ],
    [[2], [3, 2]],
  ].map((shapes) => ({ kernel, shapes, run: (a: tf.Tensor, b: tf.Tensor) => run(kernel, { a, b }, {}) })),
);

/** Calls of every kernel for which we register a gradient of our own. */
export const gradientCases: readonly GradientCase[] = [
  ...steps,
  ...moves,
  ...sums,
  ...products,
  ...elementwise,
];

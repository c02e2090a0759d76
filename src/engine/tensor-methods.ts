import * as tf from './tf.js';

/** Operations that are methods of the same name in the union package, and take the tensor first. */
const OPERATIONS =
  'abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot elu equal erf euclideanNorm exp expandDims expm1 floor floorDiv gather greater greaterEqual isFinite isInf isNaN leakyRelu less lessEqual localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6 reshape reverse round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus spaceToBatchND split sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk transpose unique unsortedSegmentSum unstack zerosLike';

type Method = (this: tf.Tensor, ...args: never[]) => unknown;

/** Methods that are more than an operation with the tensor in front. */
const OTHERS: Readonly<Record<string, (tensor: tf.Tensor, ...args: never[]) => unknown>> = {
  asScalar: (tensor) => tf.reshape(tensor, []),
  flatten: (tensor) => tf.reshape(tensor, [tensor.size]),
  as1D: (tensor) => tf.reshape(tensor, [tensor.size]),
  as2D: (tensor, ...shape) => tf.reshape(tensor, shape),
  as3D: (tensor, ...shape) => tf.reshape(tensor, shape),
  as4D: (tensor, ...shape) => tf.reshape(tensor, shape),
  as5D: (tensor, ...shape) => tf.reshape(tensor, shape),
  reshapeAs: (tensor, other: tf.Tensor) => tf.reshape(tensor, other.shape),
  asType: (tensor, dtype: tf.DataType) => tf.cast(tensor, dtype),
  toBool: (tensor) => tf.cast(tensor, 'bool'),
  toFloat: (tensor) => tf.cast(tensor, 'float32'),
  toInt: (tensor) => tf.cast(tensor, 'int32'),
  concat: (tensor, others: tf.Tensor | tf.Tensor[], axis?: number) =>
    tf.concat([tensor, others].flat(), axis),
  stack: (tensor, others: tf.Tensor | tf.Tensor[], axis?: number) => tf.stack([tensor, others].flat(), axis),
  where: (tensor, condition: tf.Tensor, other: tf.Tensor) => tf.where(condition, tensor, other),
  resizeBilinear: (tensor, ...options: [[number, number]]) =>
    tf.image.resizeBilinear(tensor as tf.Tensor3D, ...options),
  resizeNearestNeighbor: (tensor, ...options: [[number, number]]) =>
    tf.image.resizeNearestNeighbor(tensor as tf.Tensor3D, ...options),
};

/**
 * Gives tensors the methods (`x.mul(y)`) that they have in the union package: users' layers are written for them, and
 * tfjs-layers calls some itself (the orthogonal initialiser of every recurrent layer).
 *
 * tfjs-core by itself has functions only; tfjs-node brings the methods along, the other engines don't.
 */
export function addTensorMethods(): void {
  const operations = tf as unknown as Record<string, (tensor: tf.Tensor, ...args: never[]) => unknown>;
  for (const name of OPERATIONS.split(' ')) addMethod(name, operations[name]!);
  for (const [name, operation] of Object.entries(OTHERS)) addMethod(name, operation);
}

function addMethod(name: string, operation: (tensor: tf.Tensor, ...args: never[]) => unknown): void {
  if (name in tf.Tensor.prototype) return;
  const method: Method = function (...args) {
    return operation(this, ...args);
  };
  Object.defineProperty(tf.Tensor.prototype, name, { value: method, configurable: true, writable: true });
}

import type { Shape } from '../core/index.js';

/** What a weight is for: a kernel can be quantized, all else stays in float. */
export type WeightRole =
  | { readonly role: 'kernel'; readonly channelAxes: readonly number[] }
  | { readonly role: 'float'; readonly reason: string };

const RECURRENT = { kernel: [1], recurrent_kernel: [1] };

/** Output channels of every kernel in tfjs-layers, by class and weight. */
const KERNELS: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  Dense: { kernel: [1] }, // [in, out]
  Conv1D: { kernel: [2] }, // [width, in, out]
  Conv2D: { kernel: [3] }, // [height, width, in, out]
  Conv3D: { kernel: [4] },
  Conv2DTranspose: { kernel: [2] }, // [height, width, out, in]
  Conv3DTranspose: { kernel: [3] },
  DepthwiseConv2D: { depthwise_kernel: [2, 3] }, // [height, width, in, multiplier]
  SeparableConv2D: { depthwise_kernel: [2, 3], pointwise_kernel: [3] },
  Embedding: { embeddings: [1] }, // [words, dimensions]
  SimpleRNN: RECURRENT,
  LSTM: RECURRENT,
  GRU: RECURRENT,
  RNN: RECURRENT,
  ConvLSTM2D: { kernel: [3], recurrent_kernel: [3] },
};

const STATISTICS = ['moving_mean', 'moving_variance'];

/** The dimensions of a kernel of one of tfjs's own layers that hold its output channels; undefined for other weights. */
export function channelAxesOf(kind: string, weight: string): readonly number[] | undefined {
  return Object.hasOwn(KERNELS, kind) ? KERNELS[kind]![weight] : undefined;
}

/**
 * Says what a weight of a layers model is for.
 *
 * In a layer that is not tfjs's own, whatever is called a kernel, a weight or an embedding and has two dimensions or
 * more counts as a kernel, its last dimension as the channels.
 *
 * @param kind  Class name of the layer.
 * @param name  Of the weight, with or without the layer's name in front.
 */
export function roleOfWeight(kind: string, name: string, shape: Shape, dtype: string): WeightRole {
  const own = name.split('/').at(-1)!;
  if (dtype !== 'float32') return { role: 'float', reason: `of dtype ${dtype}` };
  const axes = channelAxesOf(kind, own);
  if (axes !== undefined) return { role: 'kernel', channelAxes: axes };
  if (!Object.hasOwn(KERNELS, kind) && shape.length >= 2 && /kernel|embedding|weight/i.test(own)) {
    return { role: 'kernel', channelAxes: [shape.length - 1] };
  }
  return { role: 'float', reason: reasonFor(kind, own, shape) };
}

function reasonFor(kind: string, own: string, shape: Shape): string {
  if (own === 'bias') return 'bias';
  const normalization = /^(Batch|Layer)Normalization$/.exec(kind)?.[1];
  if (normalization !== undefined) {
    return STATISTICS.includes(own) ? `${normalization}Norm statistic` : `${normalization}Norm ${own}`;
  }
  if (kind === 'PReLU') return 'slopes of an activation';
  return shape.length < 2 ? 'fewer than two dimensions' : 'not known to be a kernel';
}

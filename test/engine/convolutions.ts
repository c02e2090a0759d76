import { tf } from '../../src/engine/index.js';
import type { Convolution } from './oracle.js';

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

/** A call of tfjs's conv2d or depthwiseConv2d. */
export interface ConvolutionCall
  extends Pick<Convolution, 'kind' | 'input' | 'filter' | 'strides' | 'dilations'> {
  readonly pad: 'same' | 'valid' | number | Explicit;
  readonly rounding?: 'floor' | 'round' | 'ceil' | undefined;
}

const SIZES = [
  [7, 8],
  [11, 10],
] as const;
const FILTERS = [
  [1, 1],
  [3, 3],
  [2, 3],
  [5, 4],
] as const;
const PADS: readonly ConvolutionCall['pad'][] = [
  'same',
  'valid',
  0,
  1,
  2,
  [
    [0, 0],
    [1, 0],
    [0, 2],
    [0, 0],
  ],
  [
    [0, 0],
    [2, 1],
    [1, 3],
    [0, 0],
  ],
];
/** Strides and dilations; tfjs takes one of them at a time. */
const STEPS = [
  [1, 1, 1, 1],
  [2, 2, 1, 1],
  [3, 3, 1, 1],
  [2, 1, 1, 1],
  [1, 3, 1, 1],
  [1, 1, 2, 2],
  [1, 1, 1, 3],
] as const;

/** Every combination of kernel, stride, dilation, padding, rounding and size that tfjs allows, few channels. */
export function convolutionCalls(): ConvolutionCall[] {
  const calls: ConvolutionCall[] = [];
  for (const kind of ['full', 'depthwise'] as const)
    for (const size of SIZES)
      for (const [rows, columns] of FILTERS)
        for (const [down, across, dilateDown, dilateAcross] of STEPS)
          for (const pad of PADS)
            for (const rounding of typeof pad === 'string'
              ? [undefined]
              : ([undefined, 'round', 'ceil'] as const))
              calls.push({
                kind,
                input: [2, ...size, 3],
                filter: [rows, columns, 3, kind === 'full' ? 4 : 2],
                strides: [down, across],
                dilations: [dilateDown, dilateAcross],
                pad,
                rounding,
              });
  return calls.filter(hasOutput);
}

/** Whether the dilated filter fits into the input, and a number as padding gives both dimensions an output. */
function hasOutput({ input, filter, dilations, strides, pad }: ConvolutionCall): boolean {
  const fits = [0, 1].every((axis) => (filter[axis]! - 1) * dilations[axis]! + 1 <= input[axis + 1]!);
  // tfjs takes the height's filter and stride for both dimensions where the padding is a number.
  const square = filter[0] === filter[1] && strides[0] === strides[1] && dilations[0] === dilations[1];
  return fits && (typeof pad !== 'number' || square || strides[0] < 3);
}

/** The call as tfjs runs it. */
export function convolve(call: ConvolutionCall, x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  const { kind, strides, dilations, pad, rounding } = call;
  const op = kind === 'full' ? tf.conv2d : tf.depthwiseConv2d;
  return op(x, filter, [...strides], pad as number, 'NHWC', [...dilations], rounding);
}

/** The call as the oracle takes it: `y` is tfjs's output shape, whose rounding is its own affair. */
export function asOracle(call: ConvolutionCall, y: readonly number[]): Convolution {
  const { input, filter, strides, dilations, pad } = call;
  const before = ([0, 1] as const).map((axis) => {
    if (pad === 'valid') return 0;
    if (typeof pad === 'number') return pad;
    if (pad !== 'same') return pad[axis + 1]![0];
    const reach = (filter[axis] - 1) * dilations[axis] + 1;
    const total =
      (Math.ceil(input[axis + 1]! / strides[axis]) - 1) * strides[axis] + reach - input[axis + 1]!;
    return Math.floor(Math.max(0, total) / 2);
  });
  return { ...call, before: before as [number, number], output: [y[1]!, y[2]!] };
}

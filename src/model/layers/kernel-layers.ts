import { neverFuses, ownActivation } from './activations.js';
import { type Mixing, mixingRule, spreadingRule } from './kernel-rules.js';
import type { LayerKind } from './layer-kind.js';
import { keepsFactors } from './scalar-activations.js';

const common = {
  floats: {},
  activation: ownActivation,
  fusesAs: neverFuses,
  isHomogeneous: ({ activation = null }) => activation === null || keepsFactors(activation),
  random: [],
  vocabulary: null,
  masks: false,
  wraps: [],
  takesDefaults: true,
} as const satisfies Partial<LayerKind>;

const plain = { kernel: 'kernel', bias: 'bias' };
const depthwise = { kernel: 'depthwise_kernel', bias: 'bias' };
const pointwise = { kernel: 'pointwise_kernel', bias: 'bias' };

/** A layer each of whose output channels is made of all input channels. */
function mixingLayer(
  mixing: Mixing,
  {
    multipliesAt,
    kernelsBefore = {},
    rulesBefore = [],
  }: Pick<LayerKind, 'multipliesAt'> & {
    kernelsBefore?: LayerKind['kernels'];
    rulesBefore?: LayerKind['channelRules'];
  },
): LayerKind {
  const { output, outAxis, rank } = mixing;
  return {
    ...common,
    kernels: { ...kernelsBefore, [output.kernel]: [outAxis] },
    output,
    rank,
    multipliesAt,
    channelRules: [...rulesBefore, mixingRule(mixing)],
  };
}

/** [in, out] */
const dense = mixingLayer(
  {
    output: plain,
    dimensions: 0,
    inAxis: 0,
    outAxis: 1,
    countKey: 'units',
    rank: 'same',
    alwaysPadded: false,
  },
  { multipliesAt: 'output' },
);

/** [...window, in, out]; transposed [...window, out, in]. */
function convolution(dimensions: number, transposed = false): LayerKind {
  return mixingLayer(
    {
      output: plain,
      dimensions,
      inAxis: transposed ? dimensions + 1 : dimensions,
      outAxis: transposed ? dimensions : dimensions + 1,
      countKey: 'filters',
      rank: dimensions + 2,
      alwaysPadded: transposed,
    },
    { multipliesAt: transposed ? 'input' : 'output' },
  );
}

/** Depthwise [height, width, in, multiplier], then pointwise [1, 1, in * multiplier, out]. */
const separable = mixingLayer(
  {
    output: pointwise,
    dimensions: 2,
    inAxis: 2,
    outAxis: 3,
    countKey: 'filters',
    rank: 4,
    alwaysPadded: false,
  },
  {
    multipliesAt: 'output',
    kernelsBefore: { [depthwise.kernel]: [2, 3] },
    rulesBefore: [spreadingRule({ kernel: depthwise.kernel, bias: null })],
  },
);

/** Layers whose output is linear in one kernel, but for bias and activation. */
export const kernelLayers: Readonly<Record<string, LayerKind>> = {
  Dense: dense,
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Conv2DTranspose: convolution(2, true),
  Conv3DTranspose: convolution(3, true),
  SeparableConv2D: separable,
  DepthwiseConv2D: {
    ...common,
    kernels: { [depthwise.kernel]: [2, 3] }, // [height, width, in, multiplier]
    output: depthwise,
    rank: 4,
    multipliesAt: 'output',
    channelRules: [spreadingRule(depthwise)],
  },
};

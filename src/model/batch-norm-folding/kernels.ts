/** The kernel that makes a layer's output, and how its output is laid out. */
export interface LastKernel {
  /** Own name of the weight. */
  readonly weight: string;
  /** Neighbouring dimensions that hold the output channels. */
  readonly channelAxes: readonly number[];
  /** Dimensions of the output, the batch included; null: as many as the input has. */
  readonly rank: number | null;
}

/** Layers whose output is linear in one kernel, but for bias and activation. */
export const LAST_KERNELS: Readonly<Record<string, LastKernel>> = {
  Dense: { weight: 'kernel', channelAxes: [1], rank: null },
  Conv1D: { weight: 'kernel', channelAxes: [2], rank: 3 },
  Conv2D: { weight: 'kernel', channelAxes: [3], rank: 4 },
  Conv3D: { weight: 'kernel', channelAxes: [4], rank: 5 },
  Conv2DTranspose: { weight: 'kernel', channelAxes: [2], rank: 4 },
  Conv3DTranspose: { weight: 'kernel', channelAxes: [3], rank: 5 },
  DepthwiseConv2D: { weight: 'depthwise_kernel', channelAxes: [2, 3], rank: 4 },
  SeparableConv2D: { weight: 'pointwise_kernel', channelAxes: [3], rank: 4 },
};

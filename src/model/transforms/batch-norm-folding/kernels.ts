/** The kernel that makes a layer's output, and how its output is laid out. */
export interface LastKernel {
  /** Own name of the weight. */
  readonly weight: string;
  /** Dimensions of the output, the batch included; null: as many as the input has. */
  readonly rank: number | null;
}

/** Layers whose output is linear in one kernel, but for bias and activation. */
export const LAST_KERNELS: Readonly<Record<string, LastKernel>> = {
  Dense: { weight: 'kernel', rank: null },
  Conv1D: { weight: 'kernel', rank: 3 },
  Conv2D: { weight: 'kernel', rank: 4 },
  Conv3D: { weight: 'kernel', rank: 5 },
  Conv2DTranspose: { weight: 'kernel', rank: 4 },
  Conv3DTranspose: { weight: 'kernel', rank: 5 },
  DepthwiseConv2D: { weight: 'depthwise_kernel', rank: 4 },
  SeparableConv2D: { weight: 'pointwise_kernel', rank: 4 },
};

import type { NamedTensor } from '../../../core/index.js';

/** A BatchNorm layer that can become part of the kernel before it. */
export interface Folding {
  readonly layer: string;
  /** The weight that its factors go into. */
  readonly kernel: string;
  /** Neighbouring dimensions of the kernel that hold its output channels. */
  readonly channelAxes: readonly number[];
  /** One per output channel: gamma / sqrt(variance + epsilon); may be negative. */
  readonly factors: Float32Array;
  /** The kernel's bias from then on: beta + (bias - mean) * factor. */
  readonly bias: NamedTensor;
  /** Names of the BatchNorm's weights, which go. */
  readonly weights: readonly string[];
}

/** A BatchNorm layer that has to stay, and why. */
export interface Unfolded {
  readonly layer: string;
  readonly reason: string;
}

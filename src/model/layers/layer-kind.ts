import type * as tf from '../../engine/tf.js';
import type { Config } from '../topology/layer-entry.js';
import type { MakeChannelRule } from './channel-rule.js';

/** A kernel in which a layer's output is linear, but for bias and activation, and that bias: own names of weights. */
export interface OutputWeights {
  readonly kernel: string;
  readonly bias: string;
}

/** Where a layer, or the cell of a recurrent one, keeps how much it drops or disturbs at random in training. */
export type RandomAmount = 'rate' | 'stddev' | 'dropout' | 'recurrentDropout';

/**
 * All that is known of a class of layers, one entry each in `layerKinds`.
 *
 * Every key is required. The cautious value (null, an empty list, false) is that of a class without an entry: nothing
 * is then done to the layer, nor past it.
 */
export interface LayerKind {
  /** Kernels by own name, and the neighbouring dimensions of each that hold its output channels. */
  readonly kernels: Readonly<Record<string, readonly number[]>>;
  /** What weights are that stay in float, by own name; a bias and vectors need not be named. */
  readonly floats: Readonly<Record<string, string>>;
  /** What makes the output: BatchNorm folds into it and an activation fuses with it; null: it isn't one kernel. */
  readonly output: OutputWeights | null;
  /** Dimensions of the output, the batch included; `same`: as many as the input has; null: not followed. */
  readonly rank: number | 'same' | null;
  /** The side at whose positions each weight of the kernels is multiplied once; null: they aren't counted. */
  readonly multipliesAt: 'input' | 'output' | null;
  /** The activation that makes the output, `linear` for none; null: it hands its input's values on. */
  activation(layer: tf.layers.Layer): string | null;
  /** The activation as which it can become part of the layer before it; null: it can't. */
  fusesAs(config: Config): string | null;
  /** Whether each channel of the output is multiplied with that of the input, or of kernel and bias, by every s > 0. */
  isHomogeneous(config: Config): boolean;
  /** What it does with channels, constant ones too; null: it needs all that it reads, and makes all that it does. */
  readonly channelRule: MakeChannelRule | null;
  /** The fields that make it random in training. */
  readonly random: readonly RandomAmount[];
  /** The option that counts the tokens which it takes as input; null: it takes numbers. */
  readonly vocabulary: string | null;
  /** The fields with the layers that it wraps, whose `call` reads its weights. */
  readonly wraps: readonly string[];
  /** Whether an option that is null or left out is the same to it. */
  readonly takesDefaults: boolean;
}

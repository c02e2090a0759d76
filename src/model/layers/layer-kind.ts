import type * as tf from '../../engine/tf.js';
import type { Config } from '../topology/layer-entry.js';
import type { MakeChannelRule } from './channel-rule.js';

/** The kernel in which a layer's output is linear, but for bias and activation, and that bias: own names of weights. */
export interface OutputWeights {
  readonly kernel: string;
  readonly bias: string;
}

/** A field with the amount that a layer, or the cell of a recurrent one, drops or disturbs at random in training. */
export type RandomAmount = 'rate' | 'stddev' | 'dropout' | 'recurrentDropout';

/**
 * The facts about one class of layers: its entry in `layerKinds`.
 *
 * Every key is required, so that the compiler names what a new entry lacks. Where null or false stands for "not known",
 * the layer is left as it is and nothing is moved past it; `activation`, `random` and `wraps` have to be true.
 */
export interface LayerKind {
  /** Kernels by own name, and the neighbouring dimensions of each that hold its output channels. */
  readonly kernels: Readonly<Record<string, readonly number[]>>;
  /** Weights that stay in float, by own name, and the words for them in a report; a bias has its own. */
  readonly floats: Readonly<Record<string, string>>;
  /** The weights that make the output: BatchNorm folds into them, activations fuse; null: no single kernel does. */
  readonly output: OutputWeights | null;
  /** Dimensions of the output, the batch included; `same`: as many as the input has; null: not known. */
  readonly rank: number | 'same' | null;
  /** Each weight of the kernels is multiplied once for every position of that side; null: they aren't counted. */
  readonly multipliesAt: 'input' | 'output' | null;
  /** Name of the activation that makes the output, `linear` for none; null: the input's values are handed on. */
  activation(layer: tf.layers.Layer): string | null;
  /** Name of the activation by which the layer before can take this one in; null: it can't. */
  fusesAs(config: Config): string | null;
  /**
   * Whether a factor s > 0 on a channel of the input becomes a factor s on that channel of the output; where there is an
   * `output`, a factor on that channel of kernel and bias.
   */
  isHomogeneous(config: Config): boolean;
  /** Rules for its channels, step by step, used to remove dead ones; empty: all that it reads and makes stay. */
  readonly channelRules: readonly MakeChannelRule[];
  /** The fields that make it random in training, all of which may be 0. */
  readonly random: readonly RandomAmount[];
  /** The option with the number of different tokens that its input is made of; null: it takes any numbers. */
  readonly vocabulary: string | null;
  /** Whether it says which steps are padding, for the layers behind it. */
  readonly masks: boolean;
  /** The fields that hold the layers it wraps, whose `call` reads its weights. */
  readonly wraps: readonly string[];
  /** Whether an option that is null can be omitted. */
  readonly takesDefaults: boolean;
}

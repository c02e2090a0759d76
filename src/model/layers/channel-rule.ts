import type { NamedTensor } from '../../core/index.js';
import type { Config } from '../topology/layer-entry.js';
import type { Channels } from './channels.js';
import type { ScalarActivation } from './scalar-activations.js';

/** A kernel that makes each output channel of all input channels: dense layers, convolutions. */
export interface MixingRule {
  readonly kind: 'mixes';
  readonly kernel: NamedTensor;
  readonly outAxis: number;
  readonly inAxis: number;
  readonly bias: NamedTensor | undefined;
  /** The option that counts the output channels. */
  readonly countKey: 'filters' | 'units';
  /** Zeros stand around the input, so that only a constant 0 is a constant to every position. */
  readonly padded: boolean;
  /** Activation of single values; null: the activation mixes channels, which all stay. */
  readonly activation: ScalarActivation | null;
  readonly rank: number | null;
}

/** A depthwise kernel: output channels `i * multiplier` to `(i + 1) * multiplier - 1` are made of input channel `i`. */
export interface SpreadingRule {
  readonly kind: 'spreads';
  /** [height, width, in, multiplier] */
  readonly kernel: NamedTensor;
  readonly multiplier: number;
  readonly bias: NamedTensor | undefined;
  readonly padded: boolean;
  readonly activation: ScalarActivation;
}

/** Output channel `i` is made of channel `i` of every input, or of the only one that an input has. */
export interface KeepingRule {
  readonly kind: 'keeps';
  /** Computes an output constant from the inputs' constants; NaN where the result varies. */
  constantOf(inputs: readonly number[], channel: number): number;
  /** Weights whose last dimension is the channels. */
  readonly vectors: readonly NamedTensor[];
  /** The option with the shape that the last dimension of the output has; null: no option has it. */
  readonly shapeKey: 'target_shape' | null;
  readonly rank: number | null;
  readonly flat: boolean;
}

/** The inputs' channels one after another. */
export interface JoiningRule {
  readonly kind: 'joins';
}

/** All that it reads and makes has to stay, but how many channels it makes is known. */
export interface NeedingRule {
  readonly kind: 'needs';
  readonly output: Channels;
}

/** Rule for how a layer's output channels depend on its input channels. */
export type ChannelRule = MixingRule | SpreadingRule | KeepingRule | JoiningRule | NeedingRule;

/** The facts about a layer that its rule depends on. */
export interface RuledLayer {
  readonly config: Config;
  /** A weight of the layer by its own name: `kernel`. */
  weight(name: string): NamedTensor | undefined;
  /** Channels of each of its inputs; undefined where they are not known. */
  readonly inputs: readonly (Channels | undefined)[];
}

/** Makes the channel rule of a layer; undefined where none is known, so that all its channels have to stay. */
export type MakeChannelRule = (layer: RuledLayer) => ChannelRule | undefined;

import type { Config } from '../topology/layer-entry.js';
import type { MakeChannelRule, MixingRule } from './channel-rule.js';
import type { LayerKind, OutputWeights } from './layer-kind.js';
import { scalarActivation } from './scalar-activations.js';

/** Facts that determine the rule of a kernel that mixes channels. */
export interface Mixing extends Pick<MixingRule, 'inAxis' | 'outAxis' | 'countKey'> {
  readonly output: OutputWeights;
  /** Number of dimensions of its window: 2 for a kernel [height, width, in, out]. */
  readonly dimensions: number;
  readonly rank: LayerKind['rank'];
  /** Zeros may stand between and around the inputs whatever the options say. */
  readonly alwaysPadded: boolean;
}

/** Each output channel is made of all input channels. */
export function mixingRule({ output, dimensions, rank, alwaysPadded, ...axes }: Mixing): MakeChannelRule {
  return ({ config, weight, inputs: [input] }) => {
    const kernel = weight(output.kernel);
    if (kernel?.shape.length !== dimensions + 2) return undefined;
    return {
      kind: 'mixes',
      kernel,
      ...axes,
      bias: weight(output.bias),
      padded: alwaysPadded || isPadded(config, kernel.shape.slice(0, dimensions)),
      activation: scalarActivation(config.activation),
      rank: rank === 'same' ? (input?.rank ?? null) : rank,
    };
  };
}

/**
 * Each input channel makes a few output channels: a depthwise kernel [height, width, in, multiplier].
 *
 * @param output  Without a bias where bias and activation of the layer are those of its next kernel.
 */
export function spreadingRule(
  output: OutputWeights | { readonly kernel: string; readonly bias: null },
): MakeChannelRule {
  return ({ config, weight, inputs: [input] }) => {
    const kernel = weight(output.kernel);
    const activation = scalarActivation(output.bias === null ? null : config.activation);
    if (kernel?.shape.length !== 4 || activation === null || kernel.shape[2] !== input?.count)
      return undefined;
    return {
      kind: 'spreads',
      kernel,
      multiplier: kernel.shape[3]!,
      bias: output.bias === null ? undefined : weight(output.bias),
      padded: isPadded(config, kernel.shape.slice(0, 2)),
      activation,
    };
  };
}

/** Whether zeros are put around the input: not without padding, nor around a kernel of one position. */
function isPadded({ padding: kind = 'valid' }: Config, kernelSize: readonly number[]): boolean {
  return kind !== 'valid' && kernelSize.some((size) => size > 1);
}

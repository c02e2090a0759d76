import type { NamedTensor } from '../../../core/index.js';
import type { MixingRule } from '../../layers/channel-rule.js';
import { type Channels, isConstant } from '../../layers/channels.js';
import { outputKernelOf } from '../../layers/index.js';
import { type Config, nameOf } from '../../topology/layer-entry.js';
import type { Analysis, AnalyzedLayer } from './analysis.js';
import { forEachWeight } from './kernel-sums.js';
import type { KeptChannels, Stays } from './removable.js';
import { constantsOfCalls } from './shared-layers.js';
import { keptIndices, takeAlongAxis } from './take-along-axis.js';

/** New weights by name: those that became smaller, and biases of layers that had none. */
export type ChangedWeights = Map<string, NamedTensor>;

/** Takes the channels that don't stay out of a model's weights, and corrects its entries in place. */
export function removeChannels({ layers, values }: Analysis, kept: KeptChannels): ChangedWeights {
  const changed: ChangedWeights = new Map();
  const put = (tensor: NamedTensor): void => void changed.set(tensor.name, tensor);
  for (const layer of layers) {
    const { config } = layer.entry;
    // All calls of a layer whose weights or options count channels keep the same ones.
    const { inputs, output, rule } = layer.calls[0]!;
    const [read, out] = [inputs[0] === undefined ? undefined : kept.get(inputs[0]), kept.get(output)];
    if (read !== undefined) shortenShape(layer.owner.config, 'batch_input_shape', read);
    if (rule === undefined || out === undefined) continue;
    const indices = keptIndices(out);
    switch (rule.kind) {
      case 'mixes': {
        config[rule.countKey] = indices.length;
        const bias = biasFor(layer, rule, values, read ?? []);
        if (bias !== undefined) put(takeAlongAxis(bias, 0, indices));
        const { inAxis } = rule;
        const kernel = takeAlongAxis(rule.kernel, rule.outAxis, indices);
        put(
          read === undefined
            ? kernel
            : takeAlongAxis(kernel, inAxis, keptIndices(read, kernel.shape[inAxis]!)),
        );
        break;
      }
      case 'spreads':
        put(takeAlongAxis(rule.kernel, 2, keptIndices(read!)));
        if (rule.bias !== undefined) put(takeAlongAxis(rule.bias, 0, indices));
        break;
      case 'keeps':
        for (const vector of rule.vectors) put(takeAlongAxis(vector, vector.shape.length - 1, indices));
        if (rule.shapeKey !== null) shortenShape(config, rule.shapeKey, out);
    }
  }
  return changed;
}

/** Counts in a shape's last dimension the channels that stay; where positions lie in it too, those of each. */
function shortenShape(config: Config, key: string, stays: Stays): void {
  const shape: unknown = config[key];
  const last: unknown = Array.isArray(shape) ? shape.at(-1) : undefined;
  if (typeof last === 'number' && last > 0)
    config[key] = (shape as unknown[]).with(-1, keptIndices(stays, last).length);
}

/** The bias with what the channels that go add to every position; where there was none, under the name that tfjs gives it. */
function biasFor(
  layer: AnalyzedLayer,
  rule: MixingRule,
  values: ReadonlyMap<number, Channels>,
  read: Stays,
): NamedTensor | undefined {
  const sums = addedByRemoved(layer, rule, values, read);
  if (sums === undefined) return rule.bias;
  const { entry, owner } = layer;
  entry.config.use_bias = true;
  return biasWith(rule, sums, `${nameOf(owner)}/${outputKernelOf(entry.class_name)!.bias}`);
}

/** The sums that the channels that go add to each output channel, at every position; undefined where they add nothing. */
export function addedByRemoved(
  layer: AnalyzedLayer,
  rule: MixingRule,
  values: ReadonlyMap<number, Channels>,
  read: Stays,
): Float64Array | undefined {
  const constants = constantsOfCalls(layer, values);
  if (constants === undefined) return undefined;
  const sums = new Float64Array(rule.kernel.shape[rule.outAxis]!);
  forEachWeight(rule, (weight, from, to) => {
    const channel = from % read.length;
    const constant = constants[channel]!;
    if (read[channel] === null && isConstant(constant) && !rule.padded) sums[to]! += weight * constant;
  });
  return sums.every((sum) => sum === 0) ? undefined : sums;
}

/** The bias of a kernel, sums added to it. */
export function biasWith({ bias }: MixingRule, sums: Float64Array, name: string): NamedTensor {
  return {
    name,
    dtype: 'float32',
    shape: [sums.length],
    values: Float32Array.from(sums, (sum, channel) => sum + ((bias?.values[channel] as number) ?? 0)),
  };
}

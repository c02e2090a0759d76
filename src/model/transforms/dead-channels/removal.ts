import type { NamedTensor } from '../../../core/index.js';
import type { MixingRule } from '../../layers/channel-rule.js';
import { isConstant } from '../../layers/channels.js';
import { outputKernelOf } from '../../layers/index.js';
import { type LayerEntry, nameOf } from '../../topology/layer-entry.js';
import type { Wiring } from '../../topology/wiring.js';
import type { AnalyzedLayer } from './analysis.js';
import { forEachWeight } from './kernel-sums.js';
import type { KeptChannels } from './removable.js';
import { keptIndices, takeAlongAxis } from './take-along-axis.js';

/** New weights by name: those that became smaller, and biases of layers that had none. */
export type ChangedWeights = Map<string, NamedTensor>;

/** Removes the channels that don't stay from a model's weights, and corrects its entries in place. */
export function removeChannels(
  wiring: Wiring,
  layers: ReadonlyMap<string, AnalyzedLayer>,
  kept: KeptChannels,
): ChangedWeights {
  const changed: ChangedWeights = new Map();
  const put = (tensor: NamedTensor): void => void changed.set(tensor.name, tensor);
  for (const { name, inputs, rule } of layers.values()) {
    const out = kept.get(name);
    if (rule === undefined || out === undefined) continue;
    const indices = keptIndices(out);
    const cutVector = (vector: NamedTensor): void => put(takeAlongAxis(vector, 0, indices));
    switch (rule.kind) {
      case 'mixes': {
        const input = inputs[0] ?? '';
        const constants = layers.get(input)?.output?.constants;
        const bias = constants === undefined ? rule.bias : biasWith(rule, constants, kept.get(input)!);
        const { entry } = wiring.layers.get(name)!;
        entry.config[rule.countKey] = indices.length;
        if (bias !== undefined) cutVector(bias === rule.bias ? bias : named(bias, entry));
        const rows = kept.get(input);
        const kernel = takeAlongAxis(rule.kernel, rule.outAxis, indices);
        const { inAxis } = rule;
        const whole = rows === undefined || inAxis === null;
        put(whole ? kernel : takeAlongAxis(kernel, inAxis, keptIndices(rows, kernel.shape[inAxis]!)));
        break;
      }
      case 'spreads':
        put(takeAlongAxis(rule.kernel, 2, keptIndices(kept.get(inputs[0]!)!)));
        if (rule.bias !== undefined) cutVector(rule.bias);
        break;
      case 'keeps':
        rule.vectors.forEach(cutVector);
    }
  }
  return changed;
}

/** The bias plus the constant that the removed channels add to every position. */
function biasWith(
  rule: MixingRule,
  constants: Float64Array,
  kept: readonly boolean[],
): NamedTensor | undefined {
  const sums = new Float64Array(rule.kernel.shape[rule.outAxis]!);
  forEachWeight(rule, (weight, from, to) => {
    const channel = from % kept.length;
    const constant = constants[channel]!;
    if (!kept[channel] && isConstant(constant) && !rule.padded) sums[to]! += weight * constant;
  });
  if (sums.every((sum) => sum === 0)) return rule.bias;
  const values = Float32Array.from(
    sums,
    (sum, channel) => sum + ((rule.bias?.values[channel] as number) ?? 0),
  );
  return { name: '', dtype: 'float32', shape: [values.length], ...rule.bias, values };
}

/** A bias under the name that tfjs gives it, in a layer that says it has one. */
function named(bias: NamedTensor, entry: LayerEntry): NamedTensor {
  entry.config.use_bias = true;
  return { ...bias, name: `${nameOf(entry)}/${outputKernelOf(entry.class_name)!.bias}` };
}

import type { NamedTensor } from '../../../core/index.js';
import { BATCH_NORM, normalizesLast } from '../../../engine/batch-norm-layer.js';
import { batchNormOf } from '../../layers/batch-norm.js';
import { type OutputKernel, outputKernelOf } from '../../layers/index.js';
import { nameOf } from '../../topology/layer-entry.js';
import type { WiredLayer, Wiring } from '../../topology/wiring.js';
import type { Folding, Unfolded } from './folding.js';
import { rankOf } from './rank.js';

/** The BatchNorm layers of one model: which fold, and why the others don't. */
export function searchFoldings(
  wiring: Wiring,
  weights: ReadonlyMap<string, NamedTensor>,
): (Folding | Unfolded)[] {
  return [...wiring.layers]
    .filter(([, { entry }]) => entry.class_name === BATCH_NORM)
    .map(([name, batchNorm]) => {
      const before = wiring.layers.get(batchNorm.inputs[0] ?? '');
      const kernel = before && outputKernelOf(before.entry.class_name);
      const layer = nameOf(batchNorm.entry);
      if (kernel === undefined) return { layer, reason: 'no kernel comes right before it' };
      const reason = whyNot(name, wiring);
      return reason === null ? foldingInto(before!, kernel, batchNorm, weights) : { layer, reason };
    });
}

/** Reason in the model's structure that prevents folding a BatchNorm into the layer before it; null: none. */
function whyNot(name: string, wiring: Wiring): string | null {
  const { entry, inputs, calls } = wiring.layers.get(name)!;
  const [source = ''] = inputs;
  const before = wiring.layers.get(source)!;
  const { activation = null, data_format: format } = before.entry.config;
  if (activation !== null && activation !== 'linear') return 'an activation comes before it';
  if (calls !== 1 || before.calls !== 1) return 'it or the layer before it is shared';
  if (wiring.readersOf(source).length > 1 || wiring.outputs.has(source))
    return 'what it normalizes is read elsewhere too';
  if (wiring.outputs.has(name)) return "it is the model's output";
  const last =
    normalizesLast(entry.config.axis ?? -1, rankOf(source, wiring)) &&
    !/^channels_?first$/i.test(String(format));
  return last ? null : 'its channels are not known to be the last dimension';
}

function foldingInto(
  before: WiredLayer,
  output: OutputKernel,
  { entry }: WiredLayer,
  weights: ReadonlyMap<string, NamedTensor>,
): Folding | Unfolded {
  const layer = nameOf(entry);
  const owner = nameOf(before.entry);
  const batchNorm = batchNormOf(entry.config, (own) => weights.get(`${layer}/${own}`));
  if (batchNorm === undefined) return { layer, reason: 'its statistics are not among the weights' };
  const { factors, offsets } = batchNorm;
  const bias = weights.get(`${owner}/${output.bias}`);
  const values = Float32Array.from(
    offsets,
    (offset, channel) => offset + factors[channel]! * ((bias?.values[channel] as number) ?? 0),
  );
  return {
    layer,
    kernel: `${owner}/${output.kernel}`,
    channelAxes: output.axes,
    factors: Float32Array.from(factors),
    bias: { name: `${owner}/${output.bias}`, shape: [values.length], dtype: 'float32', values },
    weights: batchNorm.weights.map(({ name }) => name),
  };
}

import type { SourceModel } from '../../data/index.js';
import { type OutputHead, withHeads } from '../../metrics/index.js';
import { outputsOf } from '../../train/index.js';
import type { LiveLayersModel } from '../live-model.js';

/** A layers model with what it takes to tell by its BatchNorm layers or classes how inputs suit it. */
export function sourceModel({ model, outputs }: LiveLayersModel, heads: readonly OutputHead[]): SourceModel {
  return {
    model,
    outputs: heads.map(({ kind }, index) => ({ kind, shape: outputs[index]!.shape })),
    logits: (inputs) =>
      withHeads(heads, (open) =>
        outputsOf(model, inputs, false).map((output, index) => open[index]!.toLogits(output)),
      ),
  };
}

import type { SyntheticInput } from '../../data/index.js';
import { vocabularyOf } from '../../model/index.js';
import type { LiveModel } from '../live-model.js';

/** Sizes in place of those that the model leaves open: images of 64x64, sequences of 16 steps. */
const OPEN_IMAGE_SIDE = 64;
const OPEN_STEPS = 16;

/** Lists the inputs to synthesise: every size known, and the vocabulary where an embedding reads them. */
export function syntheticInputs(liveModel: LiveModel): SyntheticInput[] {
  return liveModel.inputs.map(({ shape, dtype }, index) => ({
    shape: shape.map((size) => size ?? (shape.length >= 3 ? OPEN_IMAGE_SIDE : OPEN_STEPS)),
    dtype,
    limit: vocabulary(liveModel, index),
  }));
}

/** The tokens of the layer that reads an input directly; null where none does. */
function vocabulary(liveModel: LiveModel, index: number): number | null {
  if (liveModel.kind === 'graph') return null;
  for (const { outboundLayer } of liveModel.model.inputs[index]!.sourceLayer.outboundNodes) {
    const tokens = vocabularyOf(outboundLayer);
    if (tokens !== null) return tokens;
  }
  return null;
}

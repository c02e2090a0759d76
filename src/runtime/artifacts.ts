import { type EncodedWeights, encodeWeights } from '../core/index.js';
import { expandTensor, type PackedModel } from '../pack/index.js';

/** A model as tfjs's IOHandlers return it (`tf.io.ModelArtifacts`), declared here so that tfjs is not imported. */
export interface Artifacts extends EncodedWeights {
  readonly modelTopology: object;
  readonly format: 'layers-model' | 'graph-model';
}

/** A tfjs IOHandler that can load. */
export interface QgtHandler {
  load(): Promise<Artifacts>;
}

/** The model with all codes expanded to float32, and the further keys of its model.json. */
export function artifactsOf(model: PackedModel): Artifacts {
  return {
    ...model.metadata,
    modelTopology: model.topology as object,
    format: `${model.kind}-model`,
    ...encodeWeights(model.tensors.map(expandTensor)),
  };
}

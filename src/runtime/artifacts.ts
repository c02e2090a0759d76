import type { DType } from '../core/index.js';
import { joinTensors, type PackedModel } from '../pack/index.js';

/** A model as tfjs's IOHandlers return it (`tf.io.ModelArtifacts`), declared here so that tfjs is not imported. */
export interface Artifacts {
  readonly modelTopology: object;
  readonly format: 'layers-model' | 'graph-model';
  readonly weightData: ArrayBuffer;
  readonly weightSpecs: { name: string; shape: number[]; dtype: DType }[];
}

/** A tfjs IOHandler that can load. */
export interface QgtHandler {
  load(): Promise<Artifacts>;
}

/** The model with all codes expanded to float32, and the further keys of its model.json. */
export async function artifactsOf({ kind, topology, metadata, tensors }: PackedModel): Promise<Artifacts> {
  return {
    ...metadata,
    modelTopology: topology as object,
    format: `${kind}-model`,
    weightData: await joinTensors(tensors),
    weightSpecs: tensors.map((tensor) => ({
      name: tensor.name,
      shape: [...tensor.shape],
      dtype: tensor.encoding === 'raw' ? tensor.dtype : 'float32',
    })),
  };
}

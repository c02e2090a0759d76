import { bytesOf, type DType, expandTensor, joinBytes, type PackedModel } from '../pack/index.js';

/** A model as tfjs's IOHandlers hand it over (`tf.io.ModelArtifacts`), written out so that no tfjs is imported. */
export interface Artifacts {
  readonly modelTopology: object;
  readonly format: 'layers-model' | 'graph-model';
  readonly weightSpecs: { name: string; shape: number[]; dtype: DType }[];
  readonly weightData: ArrayBuffer;
}

/** A tfjs IOHandler that can load. */
export interface QgtHandler {
  load(): Promise<Artifacts>;
}

/** The model with all codes expanded to float32, and the further keys of its model.json. */
export function artifactsOf(model: PackedModel): Artifacts {
  const tensors = model.tensors.map(expandTensor);
  return {
    ...model.metadata,
    modelTopology: model.topology as object,
    format: `${model.kind}-model`,
    weightSpecs: tensors.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
    weightData: joinBytes(tensors.map(({ values }) => bytesOf(values))).buffer,
  };
}

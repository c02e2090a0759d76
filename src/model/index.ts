export { fuseActivations } from './activation-fusion.js';
export {
  type Folding,
  findFoldings,
  type Unfolded,
  withoutBatchNorm,
} from './batch-norm-folding/index.js';
export { requireCustomLayers } from './custom-layers.js';
export { type Pruned, removeDeadChannels } from './dead-channels/index.js';
export type { Edge } from './edges.js';
export { type EncodedWeights, encodeWeights } from './encode.js';
export { findGraphWeights, type GraphWeightInfo } from './graph-kernels.js';
export { instantiate, type RunningModel, toGraphModel, toLayersModel } from './instantiate.js';
export { findWeights, type WeightInfo } from './kernels.js';
export { type LastActivation, lastActivations } from './last-activation.js';
export type { LoadedModel } from './loaded-model.js';
export { countMultiplications } from './multiplications.js';
export { readModel } from './read-model.js';
export { findScalePairs, type ScalePair } from './scale-pairs.js';
export { slimTopology } from './slim-topology.js';
export { inputSpecs, type ModelInput, type ModelOutput, outputSpecs } from './specs.js';
export { graphStructure, layersStructure, type ModelNode } from './structure.js';

export { layersBeforeBatchNorm } from './before-batch-norm.js';
export { type ModelBlock, modelBlocks, runBlock } from './blocks.js';
export { checkTopology } from './check-topology.js';
export { requireCustomLayers } from './custom-layers.js';
export { deadChannelMasks } from './dead-channel-masks.js';
export { disableDropout } from './disable-dropout.js';
export type { InputDivision } from './divided-inputs.js';
export { featureLayers, withFeatures } from './feature-layers.js';
export { type ForwardWork, forwardWork } from './forward-work.js';
export { leadFromInputs, needsAwaiting } from './graph/control-flow.js';
export type { BatchDemand } from './graph/graph-batch.js';
export { type GraphCuts, graphCuts } from './graph/graph-cuts.js';
export { graphInputUses } from './graph/graph-input-uses.js';
export { findGraphWeights } from './graph/graph-kernels.js';
export { findGraphScalePairs } from './graph/graph-scale-pairs.js';
export { initializerNames } from './graph/initializer.js';
export { NORMALIZER, type NormalizedKernel, withNormalizers } from './graph/normalized-kernels.js';
export { type OutputActivation, outputActivations } from './graph/output-activation.js';
export { signatureEntry } from './graph/signature.js';
export { withoutFusedDilation } from './graph/take-apart.js';
export { trainedConstants } from './graph/trained-constants.js';
export { type WatchedNodes, watchedNodes } from './graph/watched-nodes.js';
export { idleBiases } from './idle-biases.js';
export type { InputUse, Rescaling } from './input-use.js';
export { toGraphModel, toLayersModel } from './instantiate.js';
export { toKeras3 } from './keras3/index.js';
export { type LastActivation, lastActivations } from './last-activation.js';
export { layerInputUses } from './layer-input-uses.js';
export type { LoadedModel, ModelFormat } from './loaded-model.js';
export { matchNames } from './match-names.js';
export { countMultiplications } from './multiplications.js';
export { type ModelClasses, readModelClasses } from './read/class-names.js';
export { readModel } from './read/read-model.js';
export { sharedBatchNorms } from './shared-batch-norms.js';
export { batchOf, inputSpecs, type ModelInput, type ModelOutput, outputSpecs } from './specs.js';
export { makesMasks, type OutputMasks, withOutputMasks } from './step-masks.js';
export { graphStructure, layersStructure, type ModelNode } from './structure.js';
export { fuseActivations } from './transforms/activation-fusion.js';
export {
  type Folding,
  findFoldings,
  type Unfolded,
  withoutBatchNorm,
} from './transforms/batch-norm-folding/index.js';
export { findScalePairs, type ScalePair } from './transforms/cross-layer-equalization.js';
export { type Pruned, removeDeadChannels } from './transforms/dead-channels/index.js';
export { leanGraph, withConstantAttributes } from './transforms/lean-graph.js';
export { stripTopology } from './transforms/strip-topology.js';
export { findWeights, type LayersWeight } from './weights.js';

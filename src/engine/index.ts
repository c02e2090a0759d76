export { type Adam, createAdam, ratesAt } from './adam.js';
export { fuseBatchNorm, fuseLayers } from './batch-norm.js';
export type { BatchNormLayer } from './batch-norm-layer.js';
export { CallCache } from './call-cache.js';
export { collectGarbage } from './collect-garbage.js';
export { type CountedWork, countedWork } from './counted-work.js';
export { compileEagerly, compilerFor, isLarge } from './eager-step.js';
export { type PathsBack, pathsBack, withEndedPaths } from './ended-paths.js';
export {
  type ChosenPrecision,
  type CompiledState,
  type CompiledStep,
  compiledStateSchema,
  type Engine,
  type EngineChoice,
  type Precision,
  type Step,
} from './engine.js';
export { replaceConstant } from './graph-constants.js';
export { APPLY, addToGraphs } from './graph-functions.js';
export { type AroundCall, aroundCalls } from './layer-calls.js';
export {
  engineFolder,
  type SetUpOptions,
  type SetUpResult,
  type SetUpStep,
  setUpNative,
} from './native/setup/index.js';
export type { TfjsNode, TfjsNodeLoader } from './native/tfjs-node.js';
export { nestedLayers } from './nested-layers.js';
export { ownOutputs } from './own-outputs.js';
export { type ProcessorFeature, processorFeatures } from './processor.js';
export { timeStep } from './speed.js';
export { type StartOptions, startEngine } from './start.js';
export * as tf from './tf.js';
export { type Substitute, variableOf, withWeights } from './weights.js';

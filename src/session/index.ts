export { divideLargeInputs } from './divide-inputs.js';
export type { Evaluation } from './evaluation.js';
export { type ForwardPass, forwardOf } from './forward-pass.js';
export { computeOutputs } from './graph-forward.js';
export {
  type LiveGraphModel,
  type LiveLayersModel,
  type LiveModel,
  openModel,
  sourcesOf,
} from './live-model.js';
export { type ReadModel, readAny, readPacked } from './read-any.js';
export { chooseAugmentations } from './samples/augmenting.js';
export { prepareForward } from './samples/forward.js';
export { measuredAtOnce, trainedAtOnce } from './samples/in-memory.js';
export { readInputs, valuesInSample } from './samples/input-tensors.js';
export type { ChosenAugmentations } from './samples/kept-augmentations.js';
export { knownSizes } from './samples/known-sizes.js';
export { metricReport, nameOf, notesOnMetric, notesOnUnmeasured } from './samples/metric-report.js';
export { FEWEST, warningsOnMetric } from './samples/metric-warnings.js';
export { namedRanges } from './samples/named-ranges.js';
export { openSamples } from './samples/open-samples.js';
export {
  iterateBatches,
  resolvedInputs,
  type SampleSet,
  type Samples,
} from './samples/samples.js';
export { checkFloatModel, type PackedScore, SCORE_BATCH, scoreAgainst } from './samples/scores.js';
export { timeSynthesis } from './samples/synthesis-time.js';
export { openSession, type Session, type SessionOptions } from './session.js';

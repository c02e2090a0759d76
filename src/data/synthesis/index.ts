export { batchNormLoss } from './batch-norm-loss.js';
export { classCount, type SyntheticOutput } from './classes.js';
export { composedRows, drawCompositions } from './compose.js';
export { isImage } from './images.js';
export { takesLeaves } from './leaves.js';
export type { TimeLimit } from './pace.js';
export type { SourceModel, SynthesisLoss } from './synthesis-loss.js';
export {
  canMove,
  type Synthesis,
  type SynthesisOptions,
  synthesizeInputs,
} from './synthesize.js';
export type { NoiseRange, SyntheticInput } from './synthetic-input.js';

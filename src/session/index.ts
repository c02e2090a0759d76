export type { Evaluation } from './evaluation.js';
export { readAny, readPacked } from './read-any.js';
export { type ChosenAugmentations, chooseAugmentations } from './samples/augmenting.js';
export { prepareForward } from './samples/forward.js';
export { readInputs, valuesInSample } from './samples/input-tensors.js';
export { openSamples } from './samples/open-samples.js';
export { iterateBatches, resolvedInputs, type Samples } from './samples/samples.js';
export { SCORE_BATCH, scoreAgainst } from './samples/scores.js';
export { openSession, type Session } from './session.js';
export {
  createSubject,
  headsOf,
  type LayersSubject,
  readingsOf,
  type Subject,
} from './subject.js';

export { bytesOf, joinBytes, joinFloats } from './bytes.js';
export {
  type CheckpointKind,
  type CheckpointMoment,
  type CheckpointSlot,
  type Checkpoints,
  type StageControls,
  unusableCheckpoint,
} from './checkpoints.js';
export { endedByEither, type OnOutput, type RunControls, type RunOutput } from './controls.js';
export { countText } from './count-text.js';
export {
  describeError,
  type ErrorCode,
  type ErrorParts,
  QgtError,
  throwIfAborted,
  wrapErrors,
} from './errors.js';
export { narrowFloat16, widenFloat16 } from './float16.js';
export { type JsonKind, parseJson, shownJson } from './json.js';
export { type Named, namesOf, namesText } from './named.js';
export { isNestedDeeper, MAX_NESTING } from './nesting.js';
export { loadOptional, type OptionalLibraries } from './optional-library.js';
export { printable, printableJson } from './printable.js';
export { type OnProgress, type ProgressEvent, silent } from './progress.js';
export { createRandom, type Random, shuffledIndices } from './random.js';
export { RunClock, UNLIMITED } from './run-clock.js';
export {
  type ChannelLayout,
  type Channels,
  channelLayout,
  channelSize,
  channelsOf,
  forEachElement,
  formatShape,
  MAX_NUMBERS,
  MAX_RANK,
  type Shape,
  sizeOf,
} from './shape.js';
export { type ShortFloatBits, shortenFloats } from './short-floats.js';
export { BYTES_PER_ELEMENT, type DType, type NamedTensor } from './tensor.js';
export type { Edge, Weight } from './weight.js';

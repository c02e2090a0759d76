export type { CodesForm } from './coders/index.js';
export { type Coder, coders } from './coders/index.js';
export { bytesBeforeData, FORMAT_VERSION } from './container.js';
export { expandTensor, joinTensors } from './expand.js';
export { defaultLimit } from './limit.js';
export { type PackedFile, packModel } from './pack.js';
export {
  type CodedTensor,
  PACKED_FILE,
  type PackedModel,
  type Preprocessing,
  type RawTensor,
  type StoredTensor,
} from './packed-model.js';
export { unpackModel } from './unpack.js';

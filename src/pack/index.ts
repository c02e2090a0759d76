export { type DType, describeError, type ErrorCode, QgtError } from '../core/index.js';
export { bytesOf, joinBytes } from './bytes.js';
export { type Coder, coders } from './coders/index.js';
export { FORMAT_VERSION } from './container.js';
export type { CodesForm } from './decoders/index.js';
export { expandTensor } from './expand.js';
export { type PackedFile, packModel } from './pack.js';
export type { CodedTensor, PackedModel, Preprocessing, RawTensor, StoredTensor } from './packed-model.js';
export { unpackModel } from './unpack.js';

export { arrayDataset, type DatasetArrays } from './array-dataset.js';
export type { ArraySource } from './array-source.js';
export { type ByteSource, fileBytes, gzippedBytes } from './byte-source.js';
export { idxArray } from './idx.js';
export { npyArray } from './npy.js';
export { zipMembers } from './zip.js';

import type { RowArray, Rows } from '../dataset.js';

const ARRAYS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** Room for that many elements, all 0. */
export const newRowArray = (dtype: Rows['dtype'], length: number): RowArray => new ARRAYS[dtype](length);

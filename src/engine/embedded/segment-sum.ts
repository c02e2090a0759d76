import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { sizeOf } from '../../core/index.js';
import type * as tf from '../tf.js';

/**
 * Adds up the rows of `x` that have the same segment id: the gradient of an embedding's table.
 *
 * @param x           [...ids, ...row], float32 or int32.
 * @param segmentIds  [...ids]; rows with an id outside of 0 to `numSegments` - 1 are left out, as TensorFlow does.
 * @returns [numSegments, ...row]
 */
export function segmentSum(
  backend: BackendWasm,
  x: tf.TensorInfo,
  segmentIds: tf.TensorInfo,
  numSegments: number,
): tf.TensorInfo {
  const row = x.shape.slice(segmentIds.shape.length);
  const rowSize = sizeOf(row);
  const output = backend.makeOutput([numSegments, ...row], x.dtype);
  // Views are taken after the allocation, which may have moved the heap.
  const sums = backend.typedArrayFromHeap(output).fill(0);
  const values = backend.typedArrayFromHeap(x);
  backend.typedArrayFromHeap(segmentIds).forEach((segment: number, index: number) => {
    if (segment < 0 || segment >= numSegments) return;
    const from = index * rowSize;
    const to = segment * rowSize;
    for (let i = 0; i < rowSize; i++) sums[to + i]! += values[from + i]!;
  });
  return output;
}

import type { CodedTensor } from '../../pack/index.js';
import { evenStep } from '../../quantize/index.js';

/** Entry for uint8 weights in tfjs's manifest: the value of a code is `code * scale + min`, rounded to float32 once. */
export interface Uint8Quantization {
  readonly dtype: 'uint8';
  readonly scale: number;
  readonly min: number;
}

/**
 * Computes tfjs's own quantization for a tensor with even levels and a single scale and offset.
 *
 * Its values differ from those of `dequantize` only by float32 rounding: once in tfjs, up to three times here.
 *
 * @returns undefined where the grid is not of that kind.
 */
export function uint8Quantization({ grid }: CodedTensor): Uint8Quantization | undefined {
  const { levels, scale, offset } = grid;
  const step = evenStep(levels);
  const unit = onlyValue(scale);
  const shift = offset === undefined ? 0 : onlyValue(offset);
  if (step === null || unit === undefined || shift === undefined) return undefined;
  return { dtype: 'uint8', scale: unit * step, min: unit * levels[0]! + shift };
}

function onlyValue(values: Float32Array): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

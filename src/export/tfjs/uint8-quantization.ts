import type { CodedTensor } from '../../pack/index.js';
import { evenStep } from '../../quantize/index.js';

/** What tfjs's manifest says of uint8 weights: the value of a code is `code * scale + min`, rounded to float32 once. */
export interface Uint8Quantization {
  readonly dtype: 'uint8';
  readonly scale: number;
  readonly min: number;
}

/**
 * tfjs's own quantization for a tensor with even levels and one scale and offset throughout.
 *
 * Its values are those of `dequantize` but for float32 rounding, which happens once there and up to three times here.
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

import { channelLayout, sizeOf } from '../core/index.js';
import type { CodedTensor } from './packed-model.js';
import { areNeighbours } from './table.js';

/** Finds a fault in a tensor of codes; undefined where it is sound. */
export function problemOf({ shape, axes, codes, grid }: CodedTensor): string | undefined {
  const { levels, scale, offset = scale } = grid;
  if (!areNeighbours(axes, shape)) return 'the axes are not neighbouring dimensions';
  const { channels } = channelLayout(shape, axes);
  if (scale.length !== channels || offset.length !== channels) return 'not one scale a channel';
  if (codes.length !== sizeOf(shape)) return 'not one code an element';
  if (levels.length < 2 || levels.length > 256) return 'not 2 to 256 levels';
  // NaN is below and above nothing; infinities can only be the ends.
  const ascending = levels.every((level, code) => code === 0 || level > levels[code - 1]!);
  if (!ascending || !Number.isFinite(levels.at(-1)! - levels[0]!))
    return 'the levels are not ascending numbers';
  if (![...scale, ...offset].every(Number.isFinite)) return 'a scale is not a number';
  return codes.every((code) => code < levels.length) ? undefined : 'a code is beyond the last level';
}

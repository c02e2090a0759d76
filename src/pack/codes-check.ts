import { channelsOf, sizeOf } from '../core/index.js';
import type { Grid } from '../quantize/index.js';
import type { CodedTensor } from './packed-model.js';
import { areNeighbours } from './table.js';

/** Finds a fault in a tensor of codes; undefined where it is sound. */
export function problemOf(tensor: CodedTensor): string | undefined {
  const { shape, axes, codes, grid } = tensor;
  const { levels, scale, offset = scale } = grid;
  if (!areNeighbours(axes, shape)) return 'the axes are not neighbouring dimensions';
  const { channels } = channelsOf(shape, axes);
  if (scale.length !== channels || offset.length !== channels) return 'not one scale a channel';
  if (codes.length !== sizeOf(shape)) return 'not one code an element';
  if (levels.length < 2 || levels.length > 256) return 'not 2 to 256 levels';
  return (
    gridProblem(grid) ??
    (codes.every((code) => code < levels.length) ? undefined : 'a code is beyond the last level')
  );
}

/** Finds a fault in the values of a grid, which are as many as they should be. */
export function gridProblem({ levels, scale, offset = scale }: Grid): string | undefined {
  // NaN is below and above nothing; infinities can only be the ends.
  const ascending = levels.every((level, code) => code === 0 || level > levels[code - 1]!);
  if (!ascending || !Number.isFinite(levels.at(-1)! - levels[0]!))
    return 'the levels are not ascending numbers';
  const finite = scale.every(Number.isFinite) && offset.every(Number.isFinite);
  return finite ? undefined : 'a scale is not a number';
}

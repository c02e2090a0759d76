import { type Shape, sizeOf } from '../../core/index.js';
import type { CountedWork } from '../../engine/index.js';
import type { LiveGraphModel } from '../live-model.js';
import { knownSizes } from './known-sizes.js';

/** Work of a graph on inputs of these shapes, which is taken to grow as they do; null: it was not counted. */
export function graphWork({ work, inputs }: LiveGraphModel, shapes: readonly Shape[]): CountedWork | null {
  if (work === null) return null;
  const counted = inputs.reduce((sum, { shape }) => sum + sizeOf(knownSizes(shape)), 0);
  const given = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const growth = given / counted;
  return { values: work.values * growth, multiplications: work.multiplications * growth };
}

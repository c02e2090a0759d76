import { createHash } from 'node:crypto';
import { trainedConstants } from '../../model/index.js';
import type { Grid } from '../../quantize/index.js';
import type { TuningStart } from './tuning-start.js';

/** By kernel that is another one once more, which one that is: the first of them in the model. */
export type TiedKernels = ReadonlyMap<string, string>;

/**
 * Finds the kernels of a graph that repeat another one, such as a filter bank that is run octave by octave.
 *
 * They were one weight where the model was made, and training keeps them one: each learns what all of them need, and
 * the file has them once. Kernels on different grids differ in the file anyway, and are trained apart.
 *
 * @param pinned  Names of the weights that stay as they are.
 */
export function tiedKernels(
  { liveModel, grids, plan }: TuningStart,
  pinned: ReadonlySet<string>,
): TiedKernels {
  const tied = new Map<string, string>();
  if (liveModel.kind !== 'graph') return tied;
  const { topology, weights } = liveModel.loaded;
  const trained = trainedConstants(topology, weights);
  const firsts = new Map<string, string>();
  for (const { name, shape, values } of weights) {
    const grid = trained.has(name) && !pinned.has(name) ? grids.get(name) : undefined;
    // Kernels of one value are alike by chance.
    if (grid === undefined || !(values instanceof Float32Array) || isConstant(values)) continue;
    const key = `${plan.get(name)!.grid!.axes} ${keyOf(shape, values, grid)}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, name);
    else tied.set(name, first);
  }
  return tied;
}

/** Gives kernels that repeat another one what belongs to that one. */
export function withTied<Value>(
  byName: ReadonlyMap<string, Value>,
  tied: TiedKernels,
): ReadonlyMap<string, Value> {
  const others = [...tied].flatMap(([name, first]) => {
    const value = byName.get(first);
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Map([...byName, ...others]);
}

const isConstant = (values: Float32Array): boolean => values.every((value) => value === values[0]);

function keyOf(shape: readonly number[], values: Float32Array, { levels, scale, offset }: Grid): string {
  const hash = createHash('sha256').update(`${shape}`);
  for (const each of [values, levels, scale, offset ?? new Float32Array()])
    hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength)).update(`;${each.length};`);
  return hash.digest('hex');
}

import { type ShortFloatBits, shortenFloats } from '../../core/index.js';
import { initializerNames } from '../../model/index.js';
import type { PackedModel, StoredTensor } from '../../pack/index.js';
import type { LiveModel } from '../../session/index.js';

/** How many bits the floats of a tensor keep, by its name; those of others keep all. */
export type FloatPrecisions = ReadonlyMap<string, ShortFloatBits>;

/**
 * The tensors whose floats can be shorter: scales and offsets of codes, and float vectors (biases, what is left of
 * BatchNorm) but those that an output is made of directly.
 *
 * Single numbers and tensors of more dimensions are not among them: nobody knows what they are for. Nor are the contents
 * of hash tables, of which a few samples look up a few.
 */
export function findShortenable({ tensors, metadata }: PackedModel, liveModel: LiveModel): string[] {
  const isAtOutput = outputVectors(liveModel);
  const inTables = new Set(initializerNames(metadata));
  return tensors
    .filter(
      (tensor) =>
        tensor.encoding === 'codes' ||
        (tensor.dtype === 'float32' &&
          tensor.shape.length === 1 &&
          !tensor.pinned &&
          !inTables.has(tensor.name) &&
          !isAtOutput(tensor.name)),
    )
    .map(({ name }) => name);
}

/** Tells whether a weight lies between the last kernel and an output, also a bias that BatchNorm was folded into. */
function outputVectors({ kind, weights }: LiveModel): (name: string) => boolean {
  const names = weights.filter(({ atOutput }) => atOutput).map(({ name }) => name);
  // A folded layer's bias may be new, but lies beside its kernel; the names of a graph say nothing of that.
  const known = new Set(kind === 'layers' ? names.map(pathOf) : names);
  return (name) => known.has(kind === 'layers' ? pathOf(name) : name);
}

const pathOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

/** The model with floats rounded so; the codes stay. */
export function withPrecisions(model: PackedModel, precisions: FloatPrecisions): PackedModel {
  const tensors = model.tensors.map((tensor) => {
    const bits = precisions.get(tensor.name);
    return bits === undefined ? tensor : withShortFloats(tensor, bits);
  });
  return { ...model, tensors };
}

function withShortFloats(tensor: StoredTensor, bits: ShortFloatBits): StoredTensor {
  if (tensor.encoding === 'raw')
    return { ...tensor, values: shortenFloats(tensor.values as Float32Array, bits) };
  const { levels, scale, offset } = tensor.grid;
  const offsets = offset === undefined ? {} : { offset: shortenFloats(offset, bits) };
  return { ...tensor, grid: { levels, scale: shortenFloats(scale, bits), ...offsets } };
}

/** All floats that can be as short as they get: what a file takes unless that shows in the outputs. */
export function withShortestFloats(model: PackedModel, liveModel: LiveModel): PackedModel {
  return withPrecisions(model, new Map(findShortenable(model, liveModel).map((name) => [name, 16])));
}

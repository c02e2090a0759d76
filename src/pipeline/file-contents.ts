import type { LoadedModel } from '../model/index.js';
import type { PackedFile } from '../pack/index.js';
import type { FilePart } from '../report/index.js';

/** Bytes of a file that belong together. */
export interface FilePiece {
  /** The tensor's name; empty where they are no tensor's. */
  readonly name: string;
  readonly part: FilePart;
  readonly bytes: number;
}

const floatPart = (name: string): FilePart => (/bias/i.test(name) ? 'biases' : 'other');

/**
 * Pieces of a model as it was read, topology included: they sum to its files.
 *
 * @param isKernel  Whether the weight of this name counts as a kernel.
 */
export function piecesOfModel(loaded: LoadedModel, isKernel: (name: string) => boolean): FilePiece[] {
  const tensors = loaded.weights.map(({ name, values }) => ({
    name,
    part: isKernel(name) ? 'kernels' : floatPart(name),
    bytes: loaded.storedBytes.get(name) ?? values.byteLength,
  }));
  return fitted(tensors, loaded, 'container');
}

/**
 * Pieces of a packed file, topology included: they sum to the file.
 *
 * @param sizes  Of its tensors; where another qgt wrote the file, as this one would.
 */
export function piecesOfPacked(
  { tensorBytes, codeBytes }: Pick<PackedFile, 'tensorBytes' | 'codeBytes'>,
  file: Pick<LoadedModel, 'bytes' | 'topologyBytes'>,
): FilePiece[] {
  const tensors = [...tensorBytes].flatMap(([name, bytes]): FilePiece[] => {
    const codes = codeBytes.get(name);
    if (codes === undefined) return [{ name, part: floatPart(name), bytes }];
    return [
      { name, part: 'kernels', bytes: codes },
      { name, part: 'scales', bytes: bytes - codes },
    ];
  });
  return fitted(tensors, file, 'other');
}

/**
 * Adds what is no tensor's; tensors that take more than the file has, as in a gzip file, get their share of it.
 *
 * @param leftPart  Part that bytes belong to which are neither of a tensor nor of the topology.
 */
function fitted(
  tensors: readonly FilePiece[],
  { bytes, topologyBytes }: Pick<LoadedModel, 'bytes' | 'topologyBytes'>,
  leftPart: FilePart,
): FilePiece[] {
  const room = bytes - topologyBytes;
  const sum = tensors.reduce((total, piece) => total + piece.bytes, 0);
  const rest = room - sum;
  return [
    ...(rest < 0 ? shared(tensors, room / sum) : tensors),
    ...(rest > 0 ? [{ name: '', part: leftPart, bytes: rest }] : []),
    { name: '', part: 'topology', bytes: topologyBytes },
  ];
}

/** Rounds so that no byte is counted twice. */
function shared(tensors: readonly FilePiece[], share: number): FilePiece[] {
  let seen = 0;
  return tensors.map((piece) => {
    const before = Math.round(seen * share);
    seen += piece.bytes;
    return { ...piece, bytes: Math.round(seen * share) - before };
  });
}

/** Sums pieces, by what `keyOf` says of each. */
export function sumPieces<Key>(
  pieces: readonly FilePiece[],
  keyOf: (piece: FilePiece) => Key,
): ReadonlyMap<Key, number> {
  const sums = new Map<Key, number>();
  for (const piece of pieces) sums.set(keyOf(piece), (sums.get(keyOf(piece)) ?? 0) + piece.bytes);
  return sums;
}

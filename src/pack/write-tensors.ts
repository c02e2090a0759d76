import { bytesOf, joinBytes } from '../core/bytes.js';
import { BYTES_PER_ELEMENT, QgtError, sizeOf } from '../core/index.js';
import { writeBytes, writeCodes } from './blocks.js';
import { problemOf } from './codes-check.js';
import { writeFloats } from './floats.js';
import { describeLevels } from './levels.js';
import type { CodedTensor, RawTensor, StoredTensor } from './packed-model.js';
import { withoutRepeats } from './repeats.js';
import type { TableEntry } from './table.js';
import type { TensorParts } from './tensor-parts.js';

/** Tensors as they lie in a file. */
export interface WrittenTensors {
  readonly entries: readonly TableEntry[];
  readonly data: Uint8Array;
  /** By tensor name: bytes of its codes or its values, and its share of those that all float32s take together. */
  readonly tensorBytes: ReadonlyMap<string, number>;
  /** By the name of each tensor on a grid: bytes of its codes alone, without levels, scales and offsets. */
  readonly codeBytes: ReadonlyMap<string, number>;
}

/**
 * Writes all float32s of all tensors, then what is theirs alone, in the order of the table.
 *
 * @throws QgtError `bad-model` for a tensor whose values, codes, scales and shape don't fit together.
 */
export function writeTensors(tensors: readonly StoredTensor[]): WrittenTensors {
  const parts = withoutRepeats(
    tensors.map((tensor) => (tensor.encoding === 'raw' ? rawParts(tensor) : codedParts(tensor))),
  );
  const floats = new Float32Array(joinBytes(parts.flatMap((part) => part.floats.map(bytesOf))).buffer);
  const floatBytes = writeFloats(floats);
  const tensorBytes = new Map<string, number>();
  let seen = 0;
  const bytesUpTo = (count: number) => Math.round((floatBytes.length * count) / Math.max(1, floats.length));
  for (const part of parts) {
    const before = bytesUpTo(seen);
    seen += part.floats.reduce((sum, { length }) => sum + length, 0);
    tensorBytes.set(part.entry.n, part.block.length + bytesUpTo(seen) - before);
  }
  return {
    entries: parts.map(({ entry }) => entry),
    data: joinBytes([floatBytes, ...parts.map(({ block }) => block)]),
    tensorBytes,
    codeBytes: new Map(
      tensors.flatMap(({ name, encoding }, index) =>
        encoding === 'codes' ? [[name, parts[index]!.block.length] as const] : [],
      ),
    ),
  };
}

function rawParts({ name, shape, dtype, values }: RawTensor): TensorParts {
  const bytes = bytesOf(values);
  if (dtype !== 'string' && bytes.length !== sizeOf(shape) * BYTES_PER_ELEMENT[dtype]) {
    throw new QgtError('bad-model', { where: name, what: 'not one value an element' });
  }
  if (dtype === 'float32') {
    return { entry: { n: name, s: shape }, floats: [values as Float32Array], block: new Uint8Array() };
  }
  const length = dtype === 'string' ? { b: bytes.length } : {};
  return { entry: { n: name, s: shape, d: dtype, ...length }, floats: [], block: writeBytes(bytes) };
}

function codedParts(tensor: CodedTensor): TensorParts {
  const problem = problemOf(tensor);
  if (problem !== undefined) throw new QgtError('bad-model', { where: tensor.name, what: problem });
  const { name, shape, axes, codes, grid } = tensor;
  const { levels, scale, offset } = grid;
  const l = describeLevels(levels);
  return {
    entry: {
      n: name,
      s: shape,
      ...(axes.length === 0 ? {} : { a: axes }),
      l,
      ...(offset === undefined ? {} : { o: 1 as const }),
    },
    floats: [...(typeof l === 'number' ? [levels] : []), scale, ...(offset === undefined ? [] : [offset])],
    block: writeCodes(codes, { shape, levels: levels.length }),
  };
}

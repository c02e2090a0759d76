import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

/** Kinds of typed arrays, by their place in the list; new ones come last. */
const KINDS = [Float32Array, Int32Array, Uint8Array, Float64Array, Uint32Array, Uint16Array, Int16Array];

type TypedArray = InstanceType<(typeof KINDS)[number]>;

/** A value without the numbers of its typed arrays, and these in the order in which it refers to them. */
export interface WrittenStructure {
  readonly structure: Uint8Array;
  readonly arrays: readonly TypedArray[];
}

/** Leaves the numbers of typed arrays out. */
class StructureWriter extends DefaultSerializer {
  readonly arrays: TypedArray[] = [];

  /** Called by Node for typed arrays, and for objects that can't be written. */
  _writeHostObject(object: unknown): void {
    const kind = KINDS.findIndex((each) => object instanceof each);
    if (kind === -1) throw new Error(`${Object.prototype.toString.call(object)} could not be cloned`);
    const array = object as TypedArray;
    this.writeUint32(kind);
    this.writeDouble(array.length);
    this.arrays.push(array);
  }
}

/** Makes typed arrays of the length that they had, of zeros. */
class StructureReader extends DefaultDeserializer {
  readonly arrays: TypedArray[] = [];
  #bytesLeft: number;

  constructor(structure: Uint8Array, mostBytes: number) {
    super(structure);
    this.#bytesLeft = mostBytes;
  }

  /** Called by Node where `_writeHostObject` was. */
  _readHostObject(): TypedArray {
    const kind = KINDS[this.readUint32()]!;
    const length = this.readDouble();
    this.#bytesLeft -= length * kind.BYTES_PER_ELEMENT;
    if (!(this.#bytesLeft >= 0)) throw new RangeError('typed arrays are longer than their file');
    const array = new kind(length);
    this.arrays.push(array);
    return array;
  }
}

/** Writes a value of numbers, texts, lists, maps, objects and typed arrays, but for the numbers of these. */
export function writeStructure(value: unknown): WrittenStructure {
  const writer = new StructureWriter();
  writer.writeHeader();
  writer.writeValue(value);
  return { structure: writer.releaseBuffer(), arrays: writer.arrays };
}

/**
 * Reads such a value; its typed arrays are to be filled.
 *
 * @param mostBytes  Bytes that they take together at most.
 * @throws RangeError where they take more; another error where another version of Node has written it.
 */
export function readStructure(
  structure: Uint8Array,
  mostBytes: number,
): { readonly value: unknown; readonly arrays: readonly TypedArray[] } {
  const reader = new StructureReader(structure, mostBytes);
  reader.readHeader();
  return { value: reader.readValue(), arrays: reader.arrays };
}

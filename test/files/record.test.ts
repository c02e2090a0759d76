import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeRecord, encodeRecord, type Source } from '../../src/files/record.js';

/** More than two pieces of a record. */
const MANY = 10_000_000;

/** A file in memory that notes the largest piece that was read of it, and how many bytes in all. */
function fileOf(bytes: Uint8Array, size = bytes.length): Source & { largest: number; all: number } {
  return {
    size,
    largest: 0,
    all: 0,
    async read(target, position) {
      target.set(bytes.subarray(position, position + target.length));
      this.largest = Math.max(this.largest, target.length);
      this.all += target.length;
    },
  };
}

const encoded = (value: unknown): Buffer => Buffer.concat([...encodeRecord(value)]);

describe('a record', () => {
  it('gives back every kind of value, a part of an array and one that is there twice', async () => {
    const part = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const value = {
      arrays: [part, Int32Array.of(-7), Uint8Array.of(255), Float64Array.of(Math.PI), new Uint16Array(0)],
      twice: [part, part],
      map: new Map([['kernel', { levels: Float32Array.of(Number.NaN, -0) }]]),
      text: 'ä',
      missing: null,
      many: [Number.POSITIVE_INFINITY, true],
    };
    const read = (await decodeRecord(fileOf(encoded(value)), 'x.ckpt')) as typeof value;
    assert.deepEqual(read, value);
    assert.equal(read.twice[0], read.twice[1]);
  });

  it('is written and read in pieces, which are no copies of what they are of', async () => {
    const weights = Float32Array.from({ length: MANY }, (_, at) => at);
    const pieces = [...encodeRecord({ weights })];
    assert.ok(pieces.length > 4);
    assert.ok(pieces.every(({ length }) => length <= 2 ** 24));
    assert.equal(pieces.filter(({ buffer }) => buffer === weights.buffer).length, pieces.length - 2);
    const file = fileOf(Buffer.concat(pieces));
    assert.deepEqual(await decodeRecord(file, 'x.ckpt'), { weights });
    assert.ok(file.largest <= 2 ** 24);
  });

  it('of a length or a version that is not its own is refused before its numbers are read', async () => {
    const bytes = encoded({ weights: new Float32Array(MANY) });
    const refused = async (changed: Uint8Array, size: number, what: RegExp) => {
      const file = fileOf(changed, size);
      await assert.rejects(decodeRecord(file, 'x.ckpt'), what);
      assert.ok(file.all < 10_000, `${file.all} bytes were read`);
    };
    for (const size of [bytes.length - 1, bytes.length + 1, 5 * 2 ** 30])
      await refused(bytes, size, /x\.ckpt: the checkpoint is damaged/);
    const older = Buffer.from(bytes);
    older.set(Buffer.from('"version":1'), older.indexOf('"version":2'));
    await refused(older, older.length, /x\.ckpt: is a checkpoint of another version of qgt/);
    const other = Buffer.from(bytes);
    const kernel = other.indexOf('weights');
    other[kernel]! ^= 1;
    await refused(other, other.length, /x\.ckpt: the checkpoint is damaged/);
  });

  it('cannot hold what is no value', () => {
    assert.throws(() => encodeRecord({ f: () => {} }), /could not be cloned/);
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { unpackModel } from '../../src/pack/index.js';
import { describeTensor } from './described.js';
import { decodeSecond, noSecondDecoder } from './second-decoder.js';

/** Files of earlier days, which must be read the same forever; they are added to, never written anew. */
const folder = new URL('golden/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.qgt'));

describe('golden files', () => {
  it('are there', () =>
    assert.deepEqual(names.sort(), [
      'v1-graph.qgt',
      'v1-layers.qgt',
      'v1-radix.qgt',
      'v2-graph.qgt',
      'v2-layers.qgt',
      'v2-range.qgt',
      'v2-repeats.qgt',
    ]));
  for (const name of names) {
    const file = readFileSync(new URL(name, folder));
    const expected = JSON.parse(readFileSync(new URL(name.replace(/qgt$/, 'json'), folder), 'utf8'));
    it(`${name} holds the tensors that stand beside it`, async () => {
      const model = await unpackModel(file, name);
      assert.deepEqual({ ...model, tensors: model.tensors.map(describeTensor) }, expected);
    });
    it(`${name} reads the same with the second decoder`, { skip: noSecondDecoder }, () =>
      assert.deepEqual(decodeSecond(file), expected),
    );
  }
});

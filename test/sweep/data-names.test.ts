import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataNamer } from '../../src/sweep/data-names.js';

describe('the name of data in a result', () => {
  it('is the last part of its path, wherever that lies', () => {
    const on = (data: string) => dataNamer([data, undefined])(`half of a seeded tenth of ${data}, held out`);
    for (const data of ['../../data/train.npz', '/cache/inputs/12/data/train.npz', 'train.npz'])
      assert.equal(on(data), 'half of a seeded tenth of train.npz, held out');
  });

  it('is not that of data whose path begins alike', () => {
    assert.equal(dataNamer(['a/images', 'a/images/test'])('a/images/test and a/images'), 'test and images');
  });
});

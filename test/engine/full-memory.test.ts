import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';

/** Values that fill what WebAssembly can address, so that there is no room for them beside anything else. */
const TOO_MANY = 2 ** 30 - 2 ** 10;

before(async () => void (await startEngine('embedded')));

it('the embedded engine says that its memory is full, and goes on with what there is room for', () => {
  for (const size of [TOO_MANY, 2 ** 31])
    assert.throws(() => tf.fill([size], 1), {
      code: 'engine',
      message:
        /^embedded engine: its memory is full: .* 4 GiB at most; take the native engine .*--batch-size$/,
    });
  assert.deepEqual([...tf.fill([3], 2).dataSync()], [2, 2, 2]);
});

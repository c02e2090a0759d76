import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createByteRoom } from '../../src/data/byte-room.js';

describe('createByteRoom', () => {
  it('lets no more bytes be in use at once, large work alone, in order', async () => {
    const room = createByteRoom(10);
    let used = 0;
    const seen: string[] = [];
    const works = [4, 6, 3, 25, 1].map((bytes) =>
      room.take(bytes, async () => {
        used += Math.min(10, bytes);
        seen.push(`${bytes} of ${used}`);
        await setImmediate();
        used -= Math.min(10, bytes);
        return bytes;
      }),
    );
    assert.deepEqual(await Promise.all(works), [4, 6, 3, 25, 1]);
    assert.deepEqual(seen, ['4 of 4', '6 of 10', '3 of 9', '25 of 10', '1 of 1']);
  });

  it('gives the room back after an error', async () => {
    const room = createByteRoom(1);
    await assert.rejects(room.take(1, () => Promise.reject(new Error('no'))));
    assert.equal(await room.take(1, async () => 'yes'), 'yes');
  });
});

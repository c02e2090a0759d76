import { describe, it } from 'node:test';
import { withFolder } from '../pipeline/digits.js';
import { withoutRedis } from './redis-server.js';
import { assertSameTables, byOne, byTwo, overRedis } from './same-tables.js';

describe('a sweep of two models', () => {
  it('by one process, by two over a folder, and by two over Redis: the same table, of 24 trials of ten seconds and more', (test) =>
    withFolder(async (folder) => {
      const seconds = await assertSameTables(
        folder,
        {
          samples: 1347,
          options: { engine: 'embedded' },
          digits: { epochs: 6 },
          mnist: { epochs: 10 },
          minMs: 10_000,
        },
        withoutRedis === false ? [byOne, byTwo, overRedis] : [byOne, byTwo],
      );
      test.diagnostic(`seconds: ${seconds.join(', ')}`);
    }));
});

import { describe, it } from 'node:test';
import { withFolder } from '../pipeline/digits.js';
import { assertSameTables } from './same-tables.js';

describe('a sweep of two models', () => {
  it('by one process, and by two over a folder: the same table, of 24 trials of ten seconds and more', () =>
    withFolder((folder) =>
      assertSameTables(folder, {
        samples: 1347,
        digits: { epochs: 250 },
        mnist: { epochs: 6 },
        minMs: 10_000,
      }),
    ));
});

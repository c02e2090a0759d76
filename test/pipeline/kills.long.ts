import { describe, it } from 'node:test';
import { skipWithoutNative } from '../engine/native-available.js';
import { withFolder } from './digits.js';
import { killRuns } from './kills.js';

describe('runs that are killed', { skip: await skipWithoutNative() }, () => {
  it('lose nothing of anybody, and go on to the same bytes: ten of them', () =>
    withFolder((folder) => killRuns(folder, { count: 10, seed: 22, tell: () => {} })));
});

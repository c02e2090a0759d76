import { describe, it } from 'node:test';
import { skipWithoutNative } from '../engine/native-available.js';
import { withFolder } from './digits.js';
import { killRuns } from './kills.js';

const COUNT = 100;

describe('runs that are killed', { skip: await skipWithoutNative() }, () => {
  it(`lose nothing of anybody, and go on to the same bytes: ${COUNT} of them`, () =>
    withFolder((folder) =>
      killRuns(folder, { count: COUNT, seed: 1, tell: (kill) => console.log(JSON.stringify(kill)) }),
    ));
});

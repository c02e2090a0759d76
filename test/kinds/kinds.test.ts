import { describe } from 'node:test';
import { checkRounding } from './cell.js';
import { kinds } from './kinds.js';
import { testKinds } from './matrix.js';

describe('every kind of model', () => {
  testKinds(kinds, {
    engines: [{ name: 'embedded', skip: false }],
    forms: ['class numbers', 'values'],
    checks: { "figures are the oracle's, 8 bits lose next to nothing": checkRounding },
  });
});

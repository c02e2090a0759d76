import { describe } from 'node:test';
import { skipWithoutNative } from '../engine/native-available.js';
import { checkRounding, checkTraining } from './cell.js';
import { kinds } from './kinds.js';
import { testKinds } from './matrix.js';

const skipNative = await skipWithoutNative();

describe('every kind of model', () => {
  testKinds(kinds, {
    engines: [
      { name: 'embedded', skip: false },
      { name: 'native', skip: skipNative },
    ],
    forms: ['class numbers', 'values', 'image folders'],
    checks: {
      "figures are the oracle's, 8 bits lose next to nothing": checkRounding,
      '4 bits trained are no worse than rounded': checkTraining,
    },
  });
});

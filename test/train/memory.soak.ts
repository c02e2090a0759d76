import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compress } from '../../src/index.js';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { assertFlat, MemoryWatch, memoryIsFlat } from './memory.js';

memoryIsFlat({ native: 200_000, embedded: 200_000 });

const SAMPLES = 1000;
const BATCH_SIZE = 20;
const EPOCHS = 60;

describe('the memory of a long compression on the embedded engine', () => {
  it(`is the same over ${EPOCHS} epochs, with reading, augmentation and scores`, (test) =>
    withFolder(async (folder) => {
      // A part of the samples is held out.
      const watch = new MemoryWatch((EPOCHS * SAMPLES) / BATCH_SIZE / 2);
      await compress(
        {
          model: digits.model,
          data: await saveFewDigits(SAMPLES, folder),
          engine: 'embedded',
          bits: 2,
          epochs: EPOCHS,
          batchSize: BATCH_SIZE,
          output: join(folder, 'out'),
        },
        {
          onProgress: ({ kind }) => {
            if (kind === 'step') watch.afterStep();
          },
        },
      );
      test.diagnostic(assertFlat(watch.growth()));
    }));
});

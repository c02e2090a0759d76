import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { digits, withFolder } from './digits.js';
import { assertResumes, atStage, atStep, type Cut, few } from './interrupted-run.js';

/** A run, and where it is cut off. */
interface Case {
  readonly options: Partial<CompressOptions>;
  readonly cuts: readonly Cut[];
}

const MIDWAY = [
  atStep(1, 'signal'),
  atStep(2),
  atStep(5),
  atStep(7, 'stop'),
  atStep(8, 'signal'),
  atStage('packing'),
];

const CASES: Readonly<Record<string, Case>> = {
  'at 2 bits': { options: { bits: 2 }, cuts: MIDWAY },
  'at 4 bits, with augmentation and class weights': {
    options: { bits: 4, augment: 'shift', classWeights: 'auto' },
    cuts: MIDWAY,
  },
  'in float until the end': {
    options: { forward: 'float', epochs: 5 },
    cuts: [atStep(12, 'signal'), atStep(14), ...MIDWAY.slice(-1)],
  },
  'with a rounding that is learned first': {
    options: { bits: 2, roundingSteps: 15 },
    cuts: [atStage('learning the rounding', 'signal'), atStage('learning the rounding'), ...MIDWAY],
  },
  'in bfloat16': { options: { precision: 'bfloat16' }, cuts: MIDWAY },
  'with a penalty for a size': {
    options: { bits: 4, entropyPenalty: 'auto', maxBytes: 3500 },
    cuts: MIDWAY,
  },
  'with widths for a size': {
    options: { bits: 'auto', maxBytes: 10_000, epochs: 12 },
    cuts: [
      atStep(2),
      atStage('measuring what each layer', 'signal'),
      atStage('training at'),
      atStep(4, 'signal'),
      atStep(20),
      atStage('packing'),
    ],
  },
  'with widths for a drop': {
    options: { bits: 'auto', maxDrop: 0.1 },
    cuts: [atStep(3), atStage('for comparison'), atStep(2, 'signal'), atStage('packing')],
  },
};

const WITHOUT_DATA: Partial<CompressOptions> = { synthesisSamples: 256, synthesisSteps: 12, epochs: 4 };

for (const engine of ['native', 'embedded'] as const) {
  const skip = engine === 'native' && (await skipWithoutNative());
  describe(`a run on the ${engine} engine that is cut off again and again`, { skip }, () => {
    for (const [name, { options, cuts }] of Object.entries(CASES)) {
      it(`ends with the same bytes and the same report: ${name}`, () =>
        withFolder(async (folder) =>
          assertResumes(await few(folder, { epochs: 3, ...options, engine }), cuts),
        ));
    }

    it('ends with the same bytes and the same report: without data', () =>
      withFolder(async (folder) =>
        assertResumes(
          { model: digits.model, bits: 2, ...WITHOUT_DATA, engine, output: join(folder, 'out') },
          [atStage('synthesising inputs: 128'), atStage('synthesising inputs: 192', 'signal'), ...MIDWAY],
        ),
      ));
  });
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../../src/cli/commands/index.js';
import { loadPipeline, loadSweeps } from '../../../src/cli/pipeline.js';
import { combinationsOf } from '../../../src/sweep/combinations.js';
import { parseSpec } from '../../../src/sweep/spec.js';
import { createTrial } from '../../../src/sweep/trial.js';
import { figures } from '../../report/sweep-trials.js';
import { mutateJson } from '../mutate-json.js';
import { fromSeeds, seededInput } from '../seeded-input.js';
import type { Target } from '../target.js';
import { show } from '../use-model.js';

const trials = [2, 3, 4].map((bits) => createTrial({ model: 'm.json', bits, layer: { a: 4 } }, 'inputs'));
const [first] = trials;

const SPECS = [
  { models: [{ model: 'm.json' }], options: { epochs: 3 }, grid: { bits: [2, 3], layer: [{}, { a: 4 }] } },
  {
    options: { model: 'm.json' },
    random: {
      trials: 5,
      seed: 1,
      options: {
        bits: [2, 3],
        guidance: { from: 0.01, to: 1, scale: 'log' },
        epochs: { from: 1, to: 9, whole: true },
      },
    },
  },
];
const plan = {
  format: 'qgt sweep',
  version: 1,
  rungs: null,
  limits: { maxDrop: 1 },
  trials,
  notes: ['a note'],
};
const PLANS = [plan, { ...plan, rungs: 3 }];
const RESULTS = [
  {
    version: 1,
    id: first!.id,
    status: 'done',
    bytesBefore: 1000,
    bytes: 100,
    ratio: 10,
    metric: figures(0.8),
    choice: figures(0.81),
    warnings: ['a warning'],
    durationMs: 12,
  },
  {
    version: 1,
    id: first!.id,
    status: 'failed',
    error: { code: 'crash', message: 'it failed' },
    durationMs: 12,
  },
];
const WHOLES = [...SPECS, ...PLANS, ...RESULTS];

/** Descriptions of sweeps, and what lies in the folder of one, in every form that it is shown in. */
export const sweeps: Target = {
  name: 'sweep',
  share: 5,
  async setUp(folder) {
    const own = join(folder, 'trials', first!.id);
    await mkdir(join(own, 'out'), { recursive: true });
    await writeFile(join(own, 'out', 'model.qgt'), '');
    return {
      make: fromSeeds(
        WHOLES.map((whole) => Buffer.from(JSON.stringify(whole))),
        mutateJson,
      ),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        if (seed < SPECS.length) {
          combinationsOf(parseSpec(parsed(bytes), 'spec.json'));
          return;
        }
        const isPlan = seed < SPECS.length + PLANS.length;
        await writeFile(join(folder, 'sweep.json'), isPlan ? bytes : JSON.stringify(plan));
        await writeFile(join(own, 'result.json'), isPlan ? JSON.stringify(RESULTS[0]) : bytes);
        for (const format of ['text', 'json', 'csv', 'html'] as const)
          await show(
            await commands['sweep show'].run(
              { folder, format },
              { pipeline: loadPipeline, sweeps: loadSweeps },
              {},
            ),
          );
      },
    };
  },
};

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    // Whoever reads the file refuses it.
    return null;
  }
}

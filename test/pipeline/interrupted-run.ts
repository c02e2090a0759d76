import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgressEvent } from '../../src/core/index.js';
import type { CheckpointPace } from '../../src/pipeline/checkpoints.js';
import { compressAs } from '../../src/pipeline/compress-as.js';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import type { Report } from '../../src/report/index.js';
import { assertReport } from '../validated.js';
import { digits, saveFewDigits } from './digits.js';

/** A state after every step. */
const ALWAYS: CheckpointPace = { withinMs: 0, maxShare: 1e9 };

/**
 * When a run is cut off, and how: by its signal, by the one that has it write what is trained by then, or as a crash does,
 * which leaves it no time to keep anything.
 */
export interface Cut {
  readonly by: 'signal' | 'stop' | 'crash';
  at(event: ProgressEvent): boolean;
}

export const atStep = (step: number, by: Cut['by'] = 'crash'): Cut => ({
  by,
  at: (event) => event.kind === 'step' && event.step === step,
});

export const atStage = (text: string, by: Cut['by'] = 'crash'): Cut => ({
  by,
  at: (event) => event.kind === 'stage' && event.text.startsWith(text),
});

/** What a run left: its file, and its report without what a clock says. */
export interface Left {
  readonly packed: Buffer;
  readonly report: Report;
}

/** Runs to the end. */
export async function runWhole(options: CompressOptions): Promise<Left> {
  const { report, output } = await compressAs(options, {}, { pace: ALWAYS });
  assert.ok(!(await readdir(output)).includes('.qgt-run'), 'the checkpoint is still there');
  assertReport(JSON.stringify(report));
  const { totals, ...others } = report;
  return {
    packed: await readFile(join(output, 'model.qgt')),
    report: { ...others, totals: { ...totals, durationMs: 0 } },
  };
}

/** Runs until it is cut off. */
export async function runUntil(options: CompressOptions, { by, at }: Cut): Promise<void> {
  const [abort, stop] = [new AbortController(), new AbortController()];
  let isReached = false;
  const onProgress = (event: ProgressEvent): void => {
    if (isReached || !at(event)) return;
    isReached = true;
    if (by === 'crash') throw new Error('cut off');
    (by === 'stop' ? stop : abort).abort();
  };
  const controls = { onProgress, signal: abort.signal, stopEarly: stop.signal };
  if (by === 'stop') {
    const { report } = await compressAs(options, controls, { pace: ALWAYS });
    assert.match(report.notes[0]!, /was stopped: .* --resume goes on/);
    return;
  }
  await assert.rejects(compressAs(options, controls, { pace: ALWAYS }), (thrown: Error) => {
    assert.ok(isReached, `it ended before it was cut off: ${thrown.message}`);
    return true;
  });
}

/** Checks that a run which is cut off again and again, and resumed each time, leaves what a whole one does. */
export async function assertResumes(
  options: CompressOptions & { output: string },
  cuts: readonly Cut[],
): Promise<void> {
  const whole = await runWhole(options);
  await rm(options.output, { recursive: true });
  for (const [index, cut] of cuts.entries()) await runUntil({ ...options, resume: index > 0 }, cut);
  const resumed = await runWhole({ ...options, resume: true });
  assert.ok(resumed.packed.equals(whole.packed), 'the file has other bytes');
  assert.deepEqual(resumed.report, whole.report);
}

/** A short run on a few digits. */
export const few = async (folder: string, given: Partial<CompressOptions> = {}) => ({
  model: digits.model,
  data: await saveFewDigits(60, folder),
  engine: 'embedded' as const,
  bits: 2 as const,
  epochs: 2,
  batchSize: 16,
  ...given,
  output: join(folder, 'out'),
});

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunControls } from '../core/index.js';
import { OWN_FOLDER } from '../files/index.js';
import { PACKED_FILE } from '../pack/index.js';
import { compress } from './compress.js';
import type { DemoOptions } from './options/commands.js';
import { PARTIAL_FILE } from './pack-and-measure.js';
import { parseOptions } from './parse-options.js';
import { REPORT, readReport } from './read-report.js';
import type { CompressResult } from './results.js';

/** Where the digits are, in a clone and in the package. */
const fixture = (path: string): string => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));

const OUTPUT = 'qgt-demo';
const BITS = 2;
/** Enough for the demo's model, and over in seconds on either engine. */
const EPOCHS = 8;

/** Files that a demo leaves; one that was stopped leaves the first two, or none beside what qgt keeps for itself. */
const FILES: readonly string[] = [PARTIAL_FILE, PACKED_FILE, REPORT, OWN_FOLDER];

/** Whether a folder holds what a former demo left, and nothing else. */
async function isFormerDemo(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.length === 0 || !names.every((name) => FILES.includes(name))) return false;
  if (!names.includes(REPORT)) return folder === OUTPUT && !names.includes(PACKED_FILE);
  const report = await readReport(join(folder, REPORT)).catch(() => null);
  if (report === null || report.options.bits !== BITS || report.options.epochs !== EPOCHS) return false;
  return resolve(report.model.source) === resolve(fixture('demo/model.json'));
}

/**
 * Compresses the small model of hand-written digits that is part of the package, to 2 bits. What a former demo left in
 * the folder is replaced.
 *
 * @throws QgtError as `compress` does.
 */
export async function demo(options: DemoOptions, controls: RunControls = {}): Promise<CompressResult> {
  const { output = OUTPUT, force, engine } = parseOptions('demo', options);
  return compress(
    {
      model: fixture('demo/model.json'),
      data: fixture('digits/train.npz'),
      eval: fixture('digits/test.npz'),
      bits: BITS,
      epochs: EPOCHS,
      output,
      force: force || (await isFormerDemo(output)),
      engine,
    },
    controls,
  );
}

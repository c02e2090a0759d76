import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../cache.js';
import { outputOf } from '../results/output.js';
import { shared } from '../subjects.js';
import type { Subject } from './subjects.js';

const QGT = resolve(import.meta.dirname, '../../../bin/qgt.js');
/** Without data, and in less time than the default takes: at 8 bits nothing is trained, and no more is measured. */
const OPTIONS = { bits: 8, epochs: 1, 'synthesis-samples': 64, 'synthesis-steps': 20, seed: 0 };
/** For the page. */
export const COMMAND = [
  'qgt compress MODEL',
  ...Object.entries(OPTIONS).map(([name, value]) => `--${name} ${value}`),
].join(' ');

const reportSchema = z.object({
  metric: z
    .object({
      outputs: z.array(
        z.object({
          output: z.string(),
          metric: z.string(),
          after: z.number(),
          sqnrDb: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
  warnings: z.array(z.object({ code: z.string() })),
});

/** What the report of a compressed model says of its outputs. */
export type CompressionReport = z.infer<typeof reportSchema>;

/** A model's files, for stock tfjs, and the report on it. */
export interface Compressed {
  /** model.json of the float model and of the compressed one. */
  readonly float: string;
  readonly packed: string;
  readonly report: CompressionReport;
  /** Of the .qgt. */
  readonly bytes: number;
}

/**
 * Compresses a model by the command of the page and exports the file for stock tfjs.
 *
 * @param made  A folder with model.qgt and report.json by the same command, in place of a run of it.
 */
export async function compressed(subject: Subject, made: string | undefined): Promise<Compressed> {
  const { name, file = 'model.json', layers } = subject;
  const [model, work] = [shared('models', name, file), join(await cacheFolder(), 'real-inputs', name)];
  const folder = made === undefined ? join(work, 'packed') : resolve(made);
  const required = layers === undefined ? [] : ['--require', join(import.meta.dirname, layers)];
  if (made === undefined) {
    const options = Object.entries(OPTIONS).flatMap(([option, value]) => [`--${option}`, String(value)]);
    await qgt('compress', model, ...options, ...required, '--output', folder, '--force', '--json');
  }
  const exported = join(work, 'tfjs');
  await qgt('export', join(folder, 'model.qgt'), '--to', 'tfjs', '--output', exported, '--force');
  const report = reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
  const { size } = await stat(join(folder, 'model.qgt'));
  return { float: model, packed: join(exported, 'model.json'), report, bytes: size };
}

const qgt = (...args: readonly string[]): Promise<string> =>
  outputOf(process.execPath, [QGT, ...args], process.cwd());

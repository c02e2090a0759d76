import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a run came to. */
export interface Outcome {
  /** Metric of the packed model. */
  readonly after: number;
  /** Signal to noise of the outputs, in dB; null: it was not measured on real inputs. */
  readonly sqnrDb: number | null;
  readonly bytes: number;
  /** Passes over the training samples; 0: rounded. */
  readonly epochs: number;
  /** Version that ran it. */
  readonly version: string;
}

const reportSchema = z.object({
  metric: z.object({ after: z.number(), outputSqnrDb: z.number().nullable() }),
  totals: z.object({ bytesAfter: z.number() }),
  training: z.object({ epochsDone: z.number() }).nullable(),
});

const evaluationSchema = z.object({
  models: z.tuple([z.object({ metrics: z.tuple([z.object({ value: z.number() })]) })]),
});

/**
 * Reads what a run came to, by the version that ran it last.
 *
 * @param folder  Of the benchmark.
 * @returns undefined where it was not run.
 * @throws ZodError for a report of another form.
 */
export async function readOutcome(folder: string, name: string): Promise<Outcome | undefined> {
  const versions = await readdir(join(folder, 'out')).catch(() => []);
  let last: { readonly version: string; readonly time: number } | undefined;
  for (const version of versions) {
    const time = await timeOf(join(folder, 'out', version, name, 'report.json'));
    if (time !== undefined && time > (last?.time ?? 0)) last = { version, time };
  }
  if (last === undefined) return undefined;
  const { version } = last;
  const own = join(folder, 'out', version, name);
  const { metric, totals, training } = reportSchema.parse(await readJson(join(own, 'report.json')));
  const common = { bytes: totals.bytesAfter, epochs: training?.epochsDone ?? 0, version };
  const evaluation = await readJson(join(own, 'eval.json')).catch(() => undefined);
  if (evaluation === undefined) return { after: metric.after, sqnrDb: metric.outputSqnrDb, ...common };
  const { models } = evaluationSchema.parse(evaluation);
  return { after: models[0].metrics[0].value, sqnrDb: null, ...common };
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

const timeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

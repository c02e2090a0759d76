import { basename } from 'node:path';
import { z } from 'zod';
import { describeError, QgtError } from '../../core/index.js';
import type { Metric, MetricRows } from './metric.js';
import { RowCollection } from './row-collection.js';

/** Function of a module: all rows of an output in, a number out. */
type Score = (rows: MetricRows & { readonly output: string }) => unknown;

const isScore = (value: unknown): value is Score => typeof value === 'function';

const exportsSchema = z.object({
  default: z.custom<Score>(isScore, 'must be a function'),
  better: z.enum(['higher', 'lower'], 'must be higher or lower'),
});

const REMEDY =
  "export default ({ predictions, labels, width }) => a number, and export const better = 'higher' or 'lower'";

/** Whether a metric is given as the path of a module. */
export const isMetricModule = (metric: string): boolean => metric.includes('/') || /\.[cm]?js$/.test(metric);

/**
 * Makes a metric of what a module exports.
 *
 * @param path  For messages, and its name.
 * @throws QgtError `usage` where that is none.
 */
export function metricOfModule(path: string, module: unknown): Metric {
  const exported = exportsSchema.safeParse(module);
  if (!exported.success) {
    const what = exported.error.issues.map((issue) => `its export ${issue.path.join('.')} ${issue.message}`);
    throw new QgtError('usage', { where: path, what: what.join('; '), remedy: REMEDY });
  }
  const { default: score, better } = exported.data;
  return {
    name: basename(path),
    better,
    isShare: false,
    unfit: () => null,
    meter: ({ name: output }) => {
      const rows = new RowCollection();
      return {
        add: (batch) => rows.add(batch),
        value: () => scored(path, () => score({ ...rows.all(), output })),
      };
    },
  };
}

function scored(path: string, run: () => unknown): number {
  let value: unknown;
  try {
    value = run();
  } catch (cause) {
    throw new QgtError('bad-module', {
      where: path,
      what: `the metric failed: ${describeError(cause)}`,
      remedy: 'mend its function, which is given predictions, labels, width and output',
      cause,
    });
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new QgtError('bad-module', {
    where: path,
    what: 'the metric is no finite number',
    got: value instanceof Promise ? 'a promise' : String(value),
    expected: 'a number, at once',
    remedy: 'mend its function, which is given predictions, labels, width and output',
  });
}

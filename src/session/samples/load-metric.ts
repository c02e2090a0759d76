import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError, QgtError } from '../../core/index.js';
import { builtInMetrics, isMetricModule, type Metric, metricOfModule } from '../../metrics/index.js';

/**
 * Finds a metric by its name, or imports the module that brings it.
 *
 * @throws QgtError `usage` for an unknown name and a module that can't be used, `not-found` for a missing one.
 */
export async function loadMetric(metric: string): Promise<Metric> {
  const known = builtInMetrics.find(({ name }) => name === metric);
  if (known !== undefined) return known;
  if (!isMetricModule(metric)) {
    throw new QgtError('usage', {
      where: '--metric',
      what: 'no such metric',
      got: metric,
      expected: `${builtInMetrics.map(({ name }) => name).join(', ')} or the path of a module`,
    });
  }
  const file = resolve(metric);
  if (!(await stat(file).catch(() => undefined))?.isFile()) {
    throw new QgtError('not-found', {
      where: metric,
      what: 'no such file',
      remedy: 'check the path given to --metric',
    });
  }
  return metricOfModule(metric, await importModule(file, metric));
}

async function importModule(file: string, path: string): Promise<unknown> {
  try {
    return { ...(await import(pathToFileURL(file).href)) };
  } catch (cause) {
    throw new QgtError('usage', {
      where: path,
      what: `the module cannot be loaded: ${describeError(cause)}`,
      remedy: 'see that `node` can import it',
      cause,
    });
  }
}

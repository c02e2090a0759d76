import { formatBytes, formatMetric } from '../report/index.js';
import type { TrialResult } from './result.js';

/** The end of a trial, to tell. */
export function endText(result: TrialResult): string {
  if (result.status === 'failed') return `failed, ${result.error.message}`;
  const { bytes, metric } = result;
  return [
    formatBytes(bytes),
    ...(metric === null ? [] : [`${metric.name} ${formatMetric(metric.name, metric.after)}`]),
  ].join(', ');
}

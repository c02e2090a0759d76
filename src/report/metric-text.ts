import { formatDrop } from './drop.js';
import { formatMetric, metricTitle } from './figures.js';
import type { MetricReport } from './report.js';

/** A figure of one output, as a reader is told it. */
export interface MetricText {
  /** `accuracy`; where there are several outputs, `digit: accuracy`. */
  readonly name: string;
  /** `97.8 % → 96.9 %, 0.9 points lost`; without labels `96.9 % with the float model`. */
  readonly value: string;
}

/** The metric of every output, in the model's order. */
export function metricTexts({ outputs, against }: MetricReport): MetricText[] {
  return outputs.map(({ output, metric, before, after, drop }) => ({
    name: outputs.length === 1 ? metricTitle(metric) : `${output}: ${metricTitle(metric)}`,
    value:
      against === 'float model'
        ? `${formatMetric(metric, after)} with the float model`
        : `${formatMetric(metric, before)} → ${formatMetric(metric, after)}, ${formatDrop(metric, drop)}`,
  }));
}

import { formatDropAround } from './drop.js';
import { formatDecibels, formatMetric } from './figures.js';
import { metricTitle } from './metric-scale.js';
import type { MetricReport } from './report.js';

/** A figure of one output, as a reader is told it. */
export interface MetricText {
  /** `accuracy`; where there are several outputs, `digit: accuracy`. */
  readonly name: string;
  /** `97.8 % → 96.9 %, 0.9 points lost (± 0.6)`; without labels `96.9 % with the float model, logits at 23.1 dB`. */
  readonly value: string;
}

/** The metric of every output, in the model's order. */
export function metricTexts({ outputs, against }: MetricReport): MetricText[] {
  return outputs.map(({ output, metric, before, after, drop, dropMargin, sqnrDb }) => ({
    name: outputs.length === 1 ? metricTitle(metric) : `${output}: ${metricTitle(metric)}`,
    value:
      against === 'float model'
        ? `${formatMetric(metric, after)} with the float model${noiseText(metric, sqnrDb)}`
        : `${formatMetric(metric, before)} → ${formatMetric(metric, after)}, ${formatDropAround(metric, drop, dropMargin)}`,
  }));
}

/** `, logits at 23.1 dB`: the noise of the logits, which decisions can hide; empty where there is none, and for plain values. */
export function noiseText(metric: string, sqnrDb: number | null): string {
  return metric === 'agreement' && sqnrDb !== null ? `, logits at ${formatDecibels(sqnrDb)} dB` : '';
}

import { z } from 'zod';
// These files only: the index loads TensorFlow, which `qgt --help` does not need.
import { builtInMetrics } from '../../metrics/scoring/built-in.js';
import { isMetricModule } from '../../metrics/scoring/module-metric.js';
import { ruleForEach } from './rule-for-each.js';

const names: readonly string[] = builtInMetrics.map(({ name }) => name);
/** Key of the metric of all outputs that are not named. */
const OTHERS = '*';
const FORM = `must be ${names.join(', ')} or the path of a module, such as ./my-metric.mjs, or NAME=METRIC for one output`;

const isMetric = (text: string): boolean => names.includes(text) || isMetricModule(text);
const metric = z.string().refine(isMetric, FORM);

/** Parses `f1` for all outputs, or `mask=iou`; a path may hold an `=` itself. */
function outputAndMetric(text: string): [output: string, metric: string] {
  const [, output, rule] = /^([^=/\\]+)=(.+)$/.exec(text) ?? [];
  return output !== undefined && isMetric(rule!) ? [output, rule!] : [OTHERS, text];
}

const SUBJECT = { rule: 'metric', all: 'outputs', others: OTHERS };

/** Metrics by output; an output that has two of them is an error. */
const ruleList = z
  .array(z.string().refine((text) => isMetric(outputAndMetric(text)[1]), FORM))
  .transform((texts, context) => ruleForEach(SUBJECT, texts.map(outputAndMetric), context));

/** `'f1'`, `['mask=iou', 'f1']` or `{ mask: 'iou', '*': 'f1' }`. */
export const metricRules = z.union([
  z.record(z.string().min(1), metric),
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), ruleList),
]);

/** Splits a rule with a module before its path; null for other metrics. */
export function moduleIn(text: string): [before: string, path: string] | null {
  const [output, rule] = outputAndMetric(text);
  if (!isMetricModule(rule)) return null;
  return [output === OTHERS ? '' : `${output}=`, rule];
}

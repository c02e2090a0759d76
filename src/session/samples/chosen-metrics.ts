import { type Named, namesOf, QgtError } from '../../core/index.js';
import type { Dataset } from '../../data/index.js';
import type { OutputHead } from '../../metrics/index.js';
import { loadMetric } from './load-metric.js';

/** Stands for all outputs that are not named. */
export const OTHER_OUTPUTS = '*';

/** Metrics, by name or as paths of modules, by the outputs' names. */
export type MetricRules = Readonly<Record<string, string>>;

/** Rules under the names that heads have, which may be given by the keys of a graph's signature. */
export function rulesByName(outputs: readonly Named[], rules: MetricRules = {}): MetricRules {
  const nameOf = (given: string) => outputs.find((output) => namesOf(output).includes(given))?.name ?? given;
  return Object.fromEntries(Object.entries(rules).map(([given, metric]) => [nameOf(given), metric]));
}

/**
 * Gives outputs the metrics that were chosen for them.
 *
 * @throws QgtError `usage` for a metric or an output that there isn't, a metric that doesn't suit its output, and where
 *   there are no labels.
 */
export async function withMetrics(
  heads: readonly OutputHead[],
  { labels, source }: Pick<Dataset, 'labels' | 'source'>,
  rules: MetricRules = {},
): Promise<OutputHead[]> {
  checkNames(heads, rules);
  if (Object.keys(rules).length > 0 && labels.kind === 'none') {
    throw new QgtError('usage', {
      where: source,
      what: 'there are no labels to measure a metric by',
      got: Object.values(rules).join(', '),
      remedy: 'leave out --metric, or use labelled data',
    });
  }
  return Promise.all(heads.map((head) => withMetric(head, rules[head.name] ?? rules[OTHER_OUTPUTS])));
}

async function withMetric(head: OutputHead, rule: string | undefined): Promise<OutputHead> {
  if (rule === undefined) return head;
  const metric = await loadMetric(rule);
  const expected = metric.unfit(head);
  if (expected === null) return { ...head, metric };
  throw new QgtError('usage', {
    where: `--metric ${rule}`,
    what: `it doesn't suit output ${head.name}`,
    got: head.decision === null ? 'values' : `shape ${head.shape.join('x')}`,
    expected,
    remedy: `choose another; NAME=METRIC is for one output alone`,
  });
}

function checkNames(heads: readonly OutputHead[], rules: MetricRules): void {
  const names = heads.map(({ name }) => name);
  const unknown = Object.keys(rules).find((name) => name !== OTHER_OUTPUTS && !names.includes(name));
  if (unknown === undefined) return;
  throw new QgtError('usage', {
    where: '--metric',
    what: 'no such output of the model',
    got: unknown,
    expected: names.join(', '),
    remedy: 'see `qgt inspect`',
  });
}

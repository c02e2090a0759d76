import { formatDrop } from './drop.js';
import { formatMetric, formatRatio } from './figures.js';
import { FLOAT_BITS } from './float-bits.js';
import { metricTitle } from './metric-scale.js';
import type { MetricReport, Report } from './report.js';

/** How small, how good, and what holds it back, in one sentence: `14.5 times smaller, 0.9 points lost; ...`. */
export function verdictLine(report: Report): string {
  const { totals, metric, advice } = report;
  const size = `${formatRatio(totals.ratio)} times smaller`;
  if (metric === null) return `${size}; what it cost was not measured.`;
  const end = VERDICTS[advice[0]?.kind ?? ''] ?? heldBack(report);
  return `${size}, ${goodness(metric)}; ${end}.`;
}

/** End of the line where the first advice is to do nothing. */
const VERDICTS: Readonly<Record<string, string>> = {
  ship: 'it can be shipped as it is',
  check: 'other inputs are to confirm it',
};

function goodness({ name, before, after, drop, against }: MetricReport): string {
  if (against === 'float model')
    return name === 'agreement'
      ? `${formatMetric(name, after)} of the answers are those of the float model`
      : `${metricTitle(name)} with the float model ${formatMetric(name, after)}`;
  const change = `${formatMetric(name, before)} → ${formatMetric(name, after)}`;
  const lost = Number(drop.toFixed(name === 'r2' ? 3 : 1)) === 0 ? 'nothing lost' : formatDrop(name, drop);
  return `${lost} (${metricTitle(name)} ${change})`;
}

/** The layers that are judged to hold it back, and whether they were judged at all. */
function heldBack({ layers, sensitivity }: Report): string {
  const judged = layers.filter(({ bits, verdict }) => bits < FLOAT_BITS && verdict !== null);
  if (judged.length === 0) return 'its layers were not judged';
  const held = judged.filter(({ verdict }) => verdict?.level === 'bottleneck').map(({ name }) => name);
  if (held.length === 0)
    return sensitivity === null ? 'no layer stands out' : 'no single layer holds it back';
  const [first] = held;
  return held.length === 1 ? `${first} holds it back` : `${held.length} layers hold it back, ${first} most`;
}

import * as Plot from '@observablehq/plot';
import { formatBytes, formatMetric } from '../../../figures.js';
import { isShare } from '../../../metric-scale.js';
import type { AllocationReport, MetricReport } from '../../../report.js';
import { type Figure, figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { kilobytes } from './kilobytes.js';
import { flatDomain } from './ticks.js';

type Candidate = AllocationReport['candidates'][number];

const [FULL, SHORT, TAKEN] = [seriesStyle(2), seriesStyle(3), seriesStyle(0)] as const;

/** The metric over the bytes of the choices that `--bits auto` trained; null where it trained none. */
export function candidatesOverBytes(
  { candidates, chosen, reference }: AllocationReport,
  name: MetricReport['name'],
): Markup | null {
  const key = ({ bits }: { readonly bits: Readonly<Record<string, number>> }) => Object.values(bits).join();
  const of = (kind: Candidate['kind']) => candidates.filter((each) => each.kind === kind);
  const taken = of('full').filter((each) => key(each) === key(chosen));
  const full = of('full').filter((each) => !taken.includes(each));
  const drawn = [...of('short'), ...full, ...taken];
  if (drawn.length === 0) return null;
  const scale = isShare(name) ? 100 : 1;
  const unit = scale === 100 ? '%' : null;
  const values = [reference, ...drawn.map(({ value }) => value)].map((value) => scale * value);
  const at = { x: ({ bytes }: Candidate) => bytes / 1000, y: ({ value }: Candidate) => scale * value };
  const title = ({ bytes, value, kind }: Candidate) =>
    `${formatBytes(bytes)}: ${formatMetric(name, value)}${kind === 'short' ? ' after a short training' : ''}`;
  const figure: Figure = {
    heading: 'What was trained, over bytes',
    caption: 'Measured on the samples held out for choices, each after its own training.',
    legend: [
      { title: 'the choice taken', colour: TAKEN.colour, sign: TAKEN.symbol },
      ...(full.length > 0 ? [{ title: 'another', colour: FULL.colour, sign: FULL.symbol }] : []),
      ...(of('short').length > 0
        ? [{ title: 'after a short training', colour: SHORT.colour, sign: SHORT.symbol }]
        : []),
      {
        title: `what losses are counted from: ${formatMetric(name, reference)}`,
        colour: 'currentColor',
        sign: 'dashes',
      },
    ],
    picture: plotOf(
      {
        id: 'candidates-over-bytes',
        title: 'Trained choices of widths over the bytes of the file',
        description: drawn.map(title).join('; '),
        width: 420,
        height: 260,
      },
      {
        marginLeft: 44,
        marginRight: 20,
        marginTop: 20,
        marginBottom: 40,
        x: { ...kilobytes(drawn), inset: 20 },
        y: { label: unit, grid: true, nice: true, ticks: 5, inset: 10, ...flatDomain(values, unit) },
        marks: [
          Plot.ruleY([scale * reference], { strokeDasharray: '5 4' }),
          Plot.dot(of('short'), { ...at, symbol: SHORT.symbol, fill: SHORT.colour, r: 4, title }),
          Plot.dot(full, { ...at, symbol: FULL.symbol, fill: FULL.colour, r: 4.5, title }),
          Plot.dot(taken, { ...at, symbol: TAKEN.symbol, fill: TAKEN.colour, r: 6, title }),
        ],
      },
    ),
  };
  return figureCard(figure);
}

import * as Plot from '@observablehq/plot';
import { formatBytes, formatCost } from '../../../figures.js';
import type { AllocationReport } from '../../../report.js';
import { figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { kilobytes } from './kilobytes.js';
import { logTicks, logTickText } from './ticks.js';

const [FRONT, CHOSEN] = [seriesStyle(2), seriesStyle(0)] as const;

/** Plot of the choices that `--bits auto` had: predicted cost over bytes. */
export function costOverBytes({ front, chosen, candidates, goal }: AllocationReport): Markup | null {
  const key = ({ bits }: { readonly bits: Readonly<Record<string, number>> }) => Object.values(bits).join();
  const taken = [...candidates, ...front].filter((each) => key(each) === key(chosen)).slice(0, 1);
  const drawn = front.filter(({ predictedCost }) => predictedCost > 0);
  if (drawn.length === 0) return null;
  const costs = drawn.map(({ predictedCost }) => predictedCost);
  const at = { x: (point: { bytes: number }) => point.bytes / 1000, y: 'predictedCost' };
  const title = ({ bytes, predictedCost }: { bytes: number; predictedCost: number }) =>
    `${formatBytes(bytes)}: ${formatCost(predictedCost)}`;
  return figureCard({
    heading: 'Predicted cost over bytes',
    caption: `The choices of widths that no mixture of two others beats, and the one taken for --${goal.option}.`,
    legend: [
      { title: 'a choice of widths', colour: FRONT.colour, sign: FRONT.symbol },
      { title: 'the one taken', colour: CHOSEN.colour, sign: CHOSEN.symbol },
    ],
    picture: plotOf(
      {
        id: 'cost-over-bytes',
        title: 'Predicted cost over the bytes of the file',
        description: [
          `taken: ${taken.map(title).join()}`,
          `${front.length} choices from ${front.slice(0, 1).map(title)} to ${front.slice(-1).map(title)}`,
        ].join('; '),
        width: 420,
        height: 300,
      },
      {
        marginLeft: 52,
        marginRight: 20,
        marginTop: 24,
        marginBottom: 40,
        x: { ...kilobytes(front), inset: 12 },
        y: {
          type: 'log',
          label: 'nats a sample',
          grid: true,
          ticks: logTicks(Math.min(...costs), Math.max(...costs)),
          tickFormat: logTickText,
          inset: 8,
        },
        marks: [
          Plot.line(drawn, { ...at, stroke: FRONT.colour }),
          Plot.dot(drawn, { ...at, symbol: FRONT.symbol, fill: FRONT.colour, r: 3, title }),
          Plot.dot(
            taken.filter(({ predictedCost }) => predictedCost > 0),
            { ...at, symbol: CHOSEN.symbol, fill: CHOSEN.colour, r: 6, title },
          ),
        ],
      },
    ),
  });
}

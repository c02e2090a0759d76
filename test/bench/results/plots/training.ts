import * as Plot from '@observablehq/plot';
import type { Epoch } from '../measurement.js';
import type { Summary } from '../summary.js';
import { HEADROOM, legend } from './legend.js';
import type { Picture } from './svg.js';

const COLOURS = ['#0b62b8', '#b54708', '#00795a'] as const;
const FAINT = '#8c959f';
const FRAME = { marginTop: HEADROOM, marginRight: 24, marginLeft: 64, marginBottom: 44 };
const EPOCHS = { label: 'epochs', interval: 1, inset: 8 } as const;

/** The loss after each epoch, a line a seed; null where nothing was trained. */
export function lossOverTime({ experiment, runs }: Summary): Picture | null {
  const trained = runs.filter(({ measurement }) => measurement.trace.length > 0);
  if (trained.length === 0) return null;
  const lines = trained.map(({ seed, measurement }, index) => ({
    title: `seed ${seed}`,
    trace: measurement.trace,
    colour: COLOURS[index % COLOURS.length]!,
  }));
  return {
    title: `${experiment.subject.title}, ${experiment.bits} bits: loss over the epochs`,
    description: lines
      .map(({ title, trace }) => `${title}: ${fromTo(trace, ({ loss }) => loss.toFixed(3))}`)
      .join('; '),
    options: {
      ...FRAME,
      x: EPOCHS,
      y: { label: null, grid: true, nice: true },
      marks: [
        ...lines.flatMap(({ trace, colour }) => [
          Plot.line(trace, { x: 'epoch', y: 'loss', stroke: colour, strokeWidth: 2 }),
          Plot.dot(trace, { x: 'epoch', y: 'loss', fill: colour, r: 3 }),
        ]),
        ...legend(
          'loss without the guidance, mean over the epoch',
          lines.map(({ title, colour }) => ({ title, colour, sign: 'line' })),
          FRAME.marginLeft,
        ),
      ],
    },
  };
}

/**
 * How far each kernel is from its grid after each epoch, `|w - Q(w)|² / |w|²`, with the first seed; null where nothing
 * was trained.
 */
export function residualOverTime({ experiment, runs }: Summary): Picture | null {
  const first = runs[0];
  const last = first?.measurement.trace.at(-1);
  if (first === undefined || last === undefined) return null;
  const { trace } = first.measurement;
  const points = trace.flatMap(({ epoch, residuals }) =>
    Object.entries(residuals).map(([kernel, residual]) => ({ epoch, kernel, residual })),
  );
  const means = trace.map(({ epoch, residuals }) => ({ epoch, residual: meanOf(Object.values(residuals)) }));
  const [worst] = Object.entries(last.residuals).reduce((most, next) => (next[1] > most[1] ? next : most));
  const at = { x: 'epoch', y: 'residual' };
  return {
    title: `${experiment.subject.title}, ${experiment.bits} bits: guidance residual over the epochs`,
    description:
      `mean over the kernels: ${fromTo(means, ({ residual }) => residual.toExponential(1))}; ` +
      `largest at the end: ${worst}, ${last.residuals[worst]!.toExponential(1)}`,
    options: {
      ...FRAME,
      x: EPOCHS,
      y: { type: 'log', label: null, grid: true, ticks: 5, tickFormat: '~e' },
      marks: [
        Plot.line(points, { ...at, z: 'kernel', stroke: FAINT }),
        Plot.line(
          points.filter(({ kernel }) => kernel === worst),
          { ...at, stroke: COLOURS[1], strokeWidth: 2 },
        ),
        Plot.line(means, { ...at, stroke: COLOURS[0], strokeWidth: 3 }),
        ...legend(
          `|w - Q(w)|² / |w|² at the end of the epoch, on a logarithmic scale, seed ${first.seed}`,
          [
            { title: 'mean over the kernels', colour: COLOURS[0], sign: 'line' },
            { title: `${worst}, the largest at the end`, colour: COLOURS[1], sign: 'line' },
            { title: 'the others', colour: FAINT, sign: 'line' },
          ],
          FRAME.marginLeft,
        ),
      ],
    },
  };
}

const fromTo = <Item extends Pick<Epoch, 'epoch'>>(
  items: readonly Item[],
  text: (item: Item) => string,
): string => `${text(items[0]!)} after the first epoch, ${text(items.at(-1)!)} after the last`;
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

import {
  type Cause,
  FLOAT_BITS,
  formatDecibels,
  formatResidual,
  formatShare,
  type LayerReport,
  type MetricReport,
} from '../report/index.js';
import type { Training } from '../train/index.js';

/** Figures of a trained model that tell why it is worse than the float one. */
export interface TrainedFigures extends Pick<Training, 'trace'> {
  readonly metric: Pick<MetricReport, 'loss' | 'outputSqnrDb'>;
  readonly layers: readonly LayerReport[];
}

/** Kernels that are named with a cause. */
const MOST_NAMED = 3;
/** Residual from which a kernel stayed far from its grid. */
const FAR = 0.005;
/** Share of a kernel's codes in the last epoch from which they had not come to rest. */
const RESTLESS = 0.02;
/** Share of the loss from which what settling cost is worth a line. */
const SHOWS = 0.1;

type Amount = Cause['layers'][number];

/** Tells why a trained model lost what it lost, each cause with the kernels that have most of it. */
export function causesOf({ metric, layers, trace }: TrainedFigures): Cause[] {
  return [...settling(metric, layers), ...residual(layers), ...flips(trace), ...noise(metric, layers)];
}

function settling({ loss }: Pick<MetricReport, 'loss'>, layers: readonly LayerReport[]): Cause[] {
  const own = amounts(layers, ({ snapLoss }) => snapLoss).filter(({ value }) => value > 0);
  const cost = own.reduce((sum, { value }) => sum + value, 0);
  const lost = loss === null ? 0 : loss.after - loss.before;
  if (lost <= 0 || cost < SHOWS * lost) return [];
  const most = mostOf(own);
  const named = listed(most, (value) => value.toPrecision(2));
  const text = `putting the trained weights on their grid added ${cost.toPrecision(2)} of the ${lost.toPrecision(2)} by which the loss rose: ${named}`;
  return [cause('settling', text, most)];
}

function residual(layers: readonly LayerReport[]): Cause[] {
  const far = mostOf(amounts(layers, (layer) => layer.residual).filter(({ value }) => value >= FAR));
  if (far.length === 0) return [];
  const named = listed(far, formatResidual);
  return [
    cause(
      'residual',
      `training left weights far from their grid: ${named}, as a share of their squares`,
      far,
    ),
  ];
}

function flips(trace: Training['trace']): Cause[] {
  const last = Object.entries(trace.at(-1)?.flips ?? {}).map(([name, value]) => ({ name, value }));
  const restless = mostOf(last.filter(({ value }) => value >= RESTLESS));
  if (restless.length === 0) return [];
  const named = listed(restless, formatShare);
  return [cause('flips', `codes still changed in the last epoch: ${named}`, restless)];
}

function noise(
  { outputSqnrDb }: Pick<MetricReport, 'outputSqnrDb'>,
  layers: readonly LayerReport[],
): Cause[] {
  if (outputSqnrDb === null) return [];
  const worst = noisiest(layers).slice(0, MOST_NAMED);
  const most = listed(worst, (value) => `${formatDecibels(value)} dB`);
  const from = most === '' ? '' : `; on the inputs of the float model most noise is made by ${most}`;
  return [
    cause(
      'noise',
      `the outputs are ${formatDecibels(outputSqnrDb)} dB from those of the float model${from}`,
      worst,
    ),
  ];
}

/** The quantized kernels by the noise of their own outputs, in dB, the most first. */
export const noisiest = (layers: readonly LayerReport[]): Amount[] =>
  amounts(layers, ({ bits, outputSqnrDb }) => (bits < FLOAT_BITS ? outputSqnrDb : null)).sort(
    (a, b) => a.value - b.value,
  );

const listed = (own: readonly Amount[], text: (value: number) => string): string =>
  own.map(({ name, value }) => `${name} (${text(value)})`).join(', ');

const cause = (kind: Cause['kind'], text: string, layers: Amount[]): Cause => ({ kind, layers, text });

const amounts = (layers: readonly LayerReport[], of: (layer: LayerReport) => number | null): Amount[] =>
  layers.flatMap((layer) => {
    const value = of(layer);
    return value === null ? [] : [{ name: layer.name, value }];
  });

const mostOf = (own: readonly Amount[]): Amount[] =>
  own.toSorted((a, b) => b.value - a.value).slice(0, MOST_NAMED);

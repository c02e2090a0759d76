import type { Advice } from './advice-report.js';
import { FLOAT_BITS } from './float-bits.js';
import type { LayerReport, Remedy, Verdict } from './layer-report.js';
import { dropUnit } from './metric-scale.js';
import type { MetricReport } from './report.js';

/** Reason why a layer holds the compression back and the first remedy, in one line; empty where it doesn't. */
export function adviceOf({ reason, remedies: [first] }: Verdict): string {
  if (reason === null) return '';
  return first === undefined ? reason : `${reason}; ${first.text} (${first.option})`;
}

/**
 * A remedy in one line: `conv2d_4 at 4 bits: +1.8 points for 310 bytes`.
 *
 * @param points  Points of the metric that it gains.
 * @param bytes   Growth of the file.
 */
export function remedyText(
  what: string,
  points: number,
  metric: MetricReport['name'],
  bytes: number,
): string {
  return `${what}: ${gainText({ gain: points, gainUnit: 'points' }, metric, bytes)}`;
}

/** A gain in the metric, and in dB where it is judged by these. */
interface Gained extends Pick<Advice, 'gain' | 'gainUnit'> {
  /** Points of the metric, where the gain is in dB. */
  readonly points?: number;
}

/** A gain and its price: `+1.8 points for 310 bytes`, `+0.012 R² (+3.1 dB) for 310 bytes`. */
export function gainText(
  { gain, gainUnit, points = 0 }: Gained,
  metric: MetricReport['name'],
  bytes: number,
): string {
  const amount = gain ?? 0;
  const text =
    gainUnit === 'dB'
      ? `${signed(points, metricAmount(metric))} (${signed(amount, decibelAmount)})`
      : signed(amount, metricAmount(metric));
  const size = Math.abs(bytes).toLocaleString('en');
  const price =
    bytes > 0 ? ` for ${size} bytes` : bytes < 0 ? `, and ${size} bytes less` : ', and no byte more';
  return `${text}${price}`;
}

const signed = (amount: number, textOf: (amount: number) => string): string =>
  `${amount < 0 ? '−' : '+'}${textOf(Math.abs(amount))}`;

const decibelAmount = (decibels: number): string => `${decibels.toFixed(1)} dB`;

const metricAmount =
  (metric: string) =>
  (points: number): string => {
    if (metric === 'accuracy') return `${points.toFixed(1)} points`;
    if (metric === 'r2') return `${(points / 100).toFixed(3)} R²`;
    return `${points.toFixed(1)} ${dropUnit(metric)}`;
  };

const LEVELS = { bottleneck: 2, watch: 1, none: 0 } as const;

/** The remedy to try first; none where a layer needs none. */
export function firstRemedy({ verdict }: Pick<LayerReport, 'verdict'>): Remedy | undefined {
  return verdict?.remedies[0];
}

/** The quantized layers, those whose first remedy gains most before the others; else as in the model. */
export function byGain<Layer extends Pick<LayerReport, 'bits' | 'verdict'>>(
  layers: readonly Layer[],
): Layer[] {
  const gain = (layer: Layer) => firstRemedy(layer)?.gainPoints ?? Number.NEGATIVE_INFINITY;
  const level = ({ verdict }: Layer) => LEVELS[verdict?.level ?? 'none'];
  const rank = ({ verdict }: Layer) => verdict?.rank ?? Number.POSITIVE_INFINITY;
  const byNumber = (a: number, b: number) => (a === b ? 0 : a - b);
  return layers
    .filter(({ bits }) => bits < FLOAT_BITS)
    .toSorted(
      (a, b) => byNumber(gain(b), gain(a)) || byNumber(level(b), level(a)) || byNumber(rank(a), rank(b)),
    );
}

import {
  type Advice,
  formatBytes,
  formatDrop,
  gainText,
  isShare,
  type MetricReport,
  metricTitle,
} from '../report/index.js';
import { type Evaluation, FEWEST } from '../session/index.js';
import type { Change, OptionChanges } from './change.js';
import type { Gain } from './gains.js';

/** Advice as an analysis gives it: the command line writes the command. */
export interface Suggestion extends Omit<Advice, 'option' | 'command'> {
  /** Options that the command has besides those of the run. */
  readonly changes: OptionChanges;
  /** Whether the command trains; else it rounds as was measured. */
  readonly trains: boolean;
}

/** A change whose gain was measured on samples that had no part in choosing it, where there are such. */
export interface MeasuredChange extends Pick<Suggestion, 'scope' | 'kind'> {
  /** Names of the weights that it changes; none: the whole model. */
  readonly layers: readonly string[];
  readonly change: Change;
  readonly gain: Gain;
  /** Growth of the file. */
  readonly bytes: number;
}

/** How gains were measured. */
export interface Measuring extends Pick<Suggestion, 'samples' | 'isHeldOut'> {
  readonly metric: MetricReport['name'];
}

/** Gain below which advice is not worth a line, in points or dB. */
export const MIN_GAIN = 0.1;

/** The amount of a gain by which the metric is judged: R2 says little of a model that has collapsed, dB do. */
export function amountOf(
  { points, error, decibels }: Gain,
  metric: MetricReport['name'],
): Pick<Advice, 'gain' | 'gainUnit' | 'gainError'> {
  return metric === 'r2' && decibels !== null
    ? { gain: decibels, gainUnit: 'dB', gainError: null }
    : { gain: points, gainUnit: 'points', gainError: error };
}

/** Advises a change that was measured. */
export function suggestChange(
  { change, gain, bytes, layers, ...what }: MeasuredChange,
  { metric, samples, isHeldOut }: Measuring,
): Suggestion {
  const { allBits, rules } = change;
  const amount = amountOf(gain, metric);
  return {
    ...what,
    layers: [...layers],
    changes: { ...(allBits !== undefined && { allBits }), rules },
    trains: false,
    text: `${change.what}: ${gainText({ ...amount, points: gain.points }, metric, bytes)}`,
    ...amount,
    gainDivergence: gain.divergence,
    samples,
    isHeldOut,
    bytes,
  };
}

/** Advises training, whose gain nobody has measured. */
export function suggestTraining(): Suggestion {
  return {
    scope: 'model',
    kind: 'fine-tuning',
    layers: [],
    changes: { rules: [] },
    trains: true,
    text: 'fine-tuning: not known, since nothing was trained; --try 60s measures a short training',
    gain: null,
    gainUnit: 'points',
    gainError: null,
    gainDivergence: null,
    samples: 0,
    isHeldOut: false,
    bytes: null,
  };
}

/** A change of a compressed model, whose gain only another training tells. */
export interface UntriedChange extends Pick<Suggestion, 'scope' | 'kind'>, OptionChanges {
  /** `3 bits`, `a training twice as long`. */
  readonly what: string;
  /** Names of the weights that it changes; none: the whole model. */
  readonly layers: readonly string[];
}

/** Advises a change that was not tried. */
export function suggestUntried({ what, scope, kind, layers, ...changes }: UntriedChange): Suggestion {
  return {
    ...suggestTraining(),
    scope,
    kind,
    layers: [...layers],
    changes,
    text: `${what}: not known before it is trained; --try 60s measures a short training`,
  };
}

/** Advises a change with what a short training was seen to gain. */
export function suggestTried(
  change: UntriedChange,
  { isWhole, ...trial }: TrainingTrial & { readonly isWhole: boolean },
): Suggestion {
  const { seconds, metric, points, samples, bytes } = trial;
  const how = isWhole ? 'trained in full' : `after ${seconds.toPrecision(2)} s of training`;
  const amount = { gain: points, gainUnit: 'points' } as const;
  return {
    ...suggestUntried(change),
    ...amount,
    text: `${change.what}: ${gainText(amount, metric, bytes)}, ${how}`,
    samples,
    isHeldOut: true,
    bytes,
  };
}

/** A short training, and what it made good of plain rounding on samples that it did not see. */
export interface TrainingTrial {
  readonly seconds: number;
  readonly metric: MetricReport['name'];
  /** Points of the metric above those of the rounded model. */
  readonly points: number;
  readonly samples: number;
  /** Growth of the file. */
  readonly bytes: number;
}

/** Share of the gain of another width from which training comes before it. */
const AS_GOOD = 0.85;

/** Puts what a short training was seen to gain in place of advice to train; before another width where it does as well. */
export function withTraining(suggestions: readonly Suggestion[], trial: TrainingTrial): Suggestion[] {
  const { seconds, metric, points, samples, bytes } = trial;
  const amount = { gain: points, gainUnit: 'points' } as const;
  const trained: Suggestion = {
    ...suggestTraining(),
    ...amount,
    text: `fine-tuning, of which ${seconds} s give ${gainText(amount, metric, bytes)}`,
    samples,
    isHeldOut: true,
    bytes,
  };
  const others = suggestions.filter(({ kind }) => kind !== 'fine-tuning');
  const [width] = others.filter(({ kind, gainUnit }) => kind === 'bits' && gainUnit === 'points');
  const isFirst = width === undefined || points >= AS_GOOD * (width.gain ?? 0);
  const at = isFirst ? 0 : others.filter(({ kind }) => kind === 'bits').length;
  return [...others.slice(0, at), trained, ...others.slice(at)];
}

/** Advises on a model that has lost next to nothing: to take it as it is, or to measure it on real inputs, or more, first. */
export function suggestAsItIs(
  { samples }: Pick<Evaluation, 'samples'>,
  lost: Pick<Gain, 'points' | 'error'>,
  bytes: number,
  measuring: Measuring,
): Suggestion {
  if (samples.labelWarning !== null)
    return suggestCheck(
      measuring,
      'with the inputs and labels that the float model was made for: on these it is wrong too, as the warning says',
    );
  if (samples.synthesis !== undefined)
    return suggestCheck(
      measuring,
      `on real inputs, with qgt eval: it does well on ${measuring.samples} synthesised ones, which tell less`,
    );
  return measuring.samples < FEWEST
    ? suggestCheck(
        measuring,
        `on more samples, with qgt eval: it does well on ${measuring.samples}, which tell little`,
      )
    : suggestShipping(lost, bytes, measuring);
}

/** Whether it can be trained: a graph is on data alone. */
export const canBeTrained = ({ liveModel, samples }: Pick<Evaluation, 'liveModel' | 'samples'>): boolean =>
  liveModel.kind === 'layers' || samples.synthesis === undefined;

/** Advises to take the model as it is. */
function suggestShipping(
  lost: Pick<Gain, 'points' | 'error'>,
  bytes: number,
  { metric, samples, isHeldOut }: Measuring,
): Suggestion {
  return {
    ...NO_CHANGE,
    kind: 'ship',
    text: `ship it: ${formatBytes(bytes)}, ${lossText(metric, lost.points)}${errorText(lost.error)} on ${samples} samples`,
    gainError: lost.error,
    samples,
    isHeldOut,
  };
}

/** Advises to measure a model on other inputs first. @param on  Which, how, and why. */
function suggestCheck({ samples }: Pick<Measuring, 'samples'>, on: string): Suggestion {
  return {
    ...NO_CHANGE,
    kind: 'check',
    text: `measure it ${on}`,
    samples,
    isHeldOut: true,
  };
}

const NO_CHANGE = {
  scope: 'model',
  layers: [],
  changes: { rules: [] },
  trains: false,
  gain: 0,
  gainUnit: 'points',
  gainError: null,
  gainDivergence: 0,
  bytes: 0,
} satisfies Partial<Suggestion>;

/** A loss with the metric where its unit doesn't tell that: `R2 0.012 lost`. */
const lossText = (metric: string, points: number): string =>
  isShare(metric) ? formatDrop(metric, points) : `${metricTitle(metric)} ${formatDrop(metric, points)}`;

const errorText = (error: number | null): string =>
  error === null || error === 0 ? '' : ` (±${error.toFixed(1)})`;

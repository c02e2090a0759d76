import { countText } from '../../core/index.js';
import { formatMetric, type MetricReport } from '../../report/index.js';
import type { PlanByName } from '../file/rounding.js';
import { agreesLess } from './agreement-noise.js';
import type { BetterWeights } from './better-weights.js';
import { compareToFloat, weightsOf } from './fitting.js';
import type { CompressionJob } from './job.js';
import { keepIfBetter } from './keep-if-better.js';
import type { QuantizedModel } from './quantized-model.js';
import { watchedNoise } from './watched.js';

/**
 * Least fall of the outputs' error, as a share of the float model's energy, for which training on synthesised inputs is
 * kept: a smaller gain may be absent on real inputs (docs/decisions/0003).
 */
const MIN_GAIN = 0.002;

/**
 * Trains on synthesised inputs, and keeps the result only where it beats plain rounding on inputs synthesised apart.
 *
 * Where the error of rounding is already below the least gain, or the outputs don't vary, nothing is trained.
 */
export async function trainOnSynthesised(
  job: CompressionJob,
  plan: PlanByName,
  rounded: QuantizedModel,
): Promise<BetterWeights> {
  const before = await nearness(job, rounded);
  if (before === null) {
    return {
      fitted: rounded,
      hasRoundedKernels: true,
      note: 'nothing was trained: the outputs are the same for all synthesised inputs, so that these do not tell whether a training helps',
    };
  }
  if (before.error < MIN_GAIN) {
    return {
      fitted: rounded,
      hasRoundedKernels: true,
      note:
        `nothing was trained: rounding alone changes the outputs by ${percent(before.error)} of their energy, ` +
        'which synthesised inputs are too unlike real ones to improve on',
    };
  }
  return keepIfBetter(
    job,
    plan,
    { fitted: rounded, figure: async () => before, replaces: async () => true },
    {
      // Whether the outputs vary depends on the float model alone.
      measure: async (fitted) => (await nearness(job, fitted)) ?? before,
      isBetter: (after) => isBetter(job, after, before),
      textOf: (after, _, left) =>
        left === undefined
          ? figuresOf(job, after, before) + shortfall(job, after, before)
          : figuresOf(job, left, before),
      noteOnKept: (after) => `the trained weights were kept: ${figuresOf(job, after, before)}`,
    },
  );
}

const isBetter = (job: CompressionJob, after: Nearness, before: Nearness): boolean =>
  before.error - after.error >= leastGain(job, before) &&
  agreesAsOften(after, before, job.samples.comparison.order.length);

const figuresOf = (job: CompressionJob, after: Nearness, before: Nearness): string =>
  `on ${countText(job.samples.comparison.order.length, 'synthesised input')} apart, before the file was packed, the error of the outputs is ` +
  `${percent(after.error)} of their energy, by rounding ${percent(before.error)}${agreementText(after, before)}`;

/** Why a gain was not enough; empty where there was none, or enough of it. */
function shortfall(job: CompressionJob, after: Nearness, before: Nearness): string {
  const [gain, least] = [before.error - after.error, leastGain(job, before)];
  return gain > 0 && gain < least
    ? `: a gain of less than ${percent(least)} may be absent on real inputs, which --data gives`
    : '';
}

/** Share of rounding's error that has to go on inputs that were merely drawn. */
const MIN_GAIN_WHERE_DRAWN = 0.5;

const leastGain = ({ session: { liveModel } }: CompressionJob, { error }: Nearness): number =>
  liveModel.kind === 'graph' ? Math.max(MIN_GAIN, MIN_GAIN_WHERE_DRAWN * error) : MIN_GAIN;

/** Closeness of weights to the float model on the inputs held out. */
interface Nearness {
  /** Energy of the error over that of the float model's outputs. */
  readonly error: number;
  /** null where outputs have to be awaited, and the last nodes before that stand for them. */
  readonly metric: MetricReport | null;
}

/** @returns null where the outputs don't vary, so that nothing tells. */
async function nearness(job: CompressionJob, fitted: QuantizedModel): Promise<Nearness | null> {
  const { liveModel } = job.session;
  if (liveModel.kind === 'graph' && liveModel.step === null) {
    const error = await watchedNoise(job, liveModel, weightsOf(fitted), job.samples.comparison);
    return error === null ? null : { error, metric: null };
  }
  const { metric, comparable } = await compareToFloat(job, fitted, job.samples.comparison);
  return comparable.noise === null ? null : { error: comparable.noise, metric };
}

/** Whether every output agrees with the float model's as often as before, as far as so many samples tell. */
const agreesAsOften = (after: Nearness, before: Nearness, samples: number): boolean =>
  after.metric === null ||
  after.metric.outputs.every((output, index) => {
    const rounded = before.metric!.outputs[index]!.after;
    return output.metric === 'r2' ? output.after >= rounded : !agreesLess(output.after, rounded, samples);
  });

const agreementText = (after: Nearness, before: Nearness): string =>
  after.metric === null || before.metric === null
    ? ''
    : `, and they agree with the float model's by ${metricText(after.metric)}, by rounding ${metricText(before.metric)}`;

/** `R2 0.993`, `99.1 %`; of several outputs each. */
const metricText = ({ outputs }: MetricReport): string =>
  outputs
    .map(({ metric, after }) => `${metric === 'r2' ? 'R2 ' : ''}${formatMetric(metric, after)}`)
    .join(' and ');

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;

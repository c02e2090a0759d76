import { formatMetric, type MetricReport } from '../../report/index.js';
import type { PlanByName } from '../file/rounding.js';
import { agreesLess } from './agreement-noise.js';
import { type BetterWeights, errorShare } from './better-weights.js';
import { validate, weightsOf } from './fitting.js';
import type { CompressionJob } from './job.js';
import { keepIfBetter } from './keep-if-better.js';
import type { QuantizedModel } from './quantized-model.js';
import { watchedSqnrDb } from './watched.js';

/**
 * Least fall of the outputs' error, as a share of the float model's energy, for which training on synthesised inputs is
 * kept: a smaller gain may be absent on real inputs (docs/decisions/0003).
 */
const MIN_GAIN = 0.002;

/**
 * Trains on synthesised inputs, and keeps the result only where it beats plain rounding on inputs synthesised apart.
 *
 * Where the error of rounding is already below the least gain, nothing is trained.
 */
export async function trainOnSynthesised(
  job: CompressionJob,
  plan: PlanByName,
  rounded: QuantizedModel,
): Promise<BetterWeights> {
  const before = await nearness(job, rounded);
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
      measure: (fitted) => nearness(job, fitted),
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
  `on ${job.samples.comparison.order.length} synthesised inputs apart, those of the report, the error of the outputs is ` +
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

async function nearness(job: CompressionJob, fitted: QuantizedModel): Promise<Nearness> {
  const { liveModel } = job.session;
  if (liveModel.kind === 'graph' && liveModel.step === null) {
    const sqnrDb = await watchedSqnrDb(job, liveModel, weightsOf(fitted), job.samples.comparison);
    return { error: errorShare(sqnrDb), metric: null };
  }
  const metric = await validate(job, fitted, job.samples.comparison);
  return { error: errorShare(metric.outputSqnrDb), metric };
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

import { formatMetric, type MetricReport } from '../../report/index.js';
import type { PlanByName } from '../file/rounding.js';
import { agreesLess } from './agreement-noise.js';
import { type BetterWeights, errorShare, givenUp } from './better-weights.js';
import { type QuantizedModel, quantizeModel, validate } from './fitting.js';
import type { CompressionJob } from './job.js';

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
      note:
        `nothing was trained: rounding alone changes the outputs by ${percent(before.error)} of their energy, ` +
        'which synthesised inputs are too unlike real ones to improve on',
    };
  }
  const trained = await quantizeModel(job, plan);
  const after = await nearness(job, trained);
  const { length: count } = job.samples.comparison.order;
  const better = before.error - after.error >= MIN_GAIN && agreesAsOften(after.metric, before.metric, count);
  const figures =
    `on ${job.samples.comparison.order.length} synthesised inputs apart, those of the report, the error of the outputs is ` +
    `${percent(after.error)} of their energy, by rounding ${percent(before.error)}, and they agree with the float ` +
    `model's by ${agreementText(after.metric)}, by rounding ${agreementText(before.metric)}`;
  return better
    ? { fitted: trained, note: `the trained weights were kept: ${figures}` }
    : {
        fitted: rounded,
        note: `the training was given up, and the weights only rounded: ${figures}`,
        ...givenUp(trained),
      };
}

/** Closeness of weights to the float model on the inputs held out. */
interface Nearness {
  /** Energy of the error over that of the float model's outputs. */
  readonly error: number;
  readonly metric: MetricReport;
}

async function nearness(job: CompressionJob, fitted: QuantizedModel): Promise<Nearness> {
  const metric = await validate(job, fitted, job.samples.comparison);
  return { error: errorShare(metric.outputSqnrDb), metric };
}

/** Whether every output agrees with the float model's as often as before, as far as so many samples tell. */
const agreesAsOften = (after: MetricReport, before: MetricReport, samples: number): boolean =>
  after.outputs.every((output, index) => {
    const rounded = before.outputs[index]!.after;
    return output.metric === 'r2' ? output.after >= rounded : !agreesLess(output.after, rounded, samples);
  });

/** `R2 0.993`, `99.1 %`; of several outputs each. */
const agreementText = ({ outputs }: MetricReport): string =>
  outputs
    .map(({ metric, after }) => `${metric === 'r2' ? 'R2 ' : ''}${formatMetric(metric, after)}`)
    .join(' and ');

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;

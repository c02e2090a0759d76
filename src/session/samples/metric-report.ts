import {
  type AnswerSummary,
  type ClassScore,
  decibelsOf,
  type Measurement,
  marginOf,
  metricValue,
  type OutputMeasurement,
  worstOutput,
} from '../../metrics/index.js';
import { dropPoints, type MetricReport } from '../../report/index.js';
import type { Samples } from './samples.js';

/** Spread of an output, as a share of its size, below which R2 says little. */
const SMALL_SPREAD = 0.03;

/**
 * The float model's figures beside the packed one's, output by output; at the top those of the output that lost most.
 *
 * @param measurement  Figures of the float model and the packed one, in this order.
 * @returns null where no output can be measured.
 */
export function metricReport(
  { samples, models: [float, packed], errors }: Measurement,
  { evaluatedOn, classes }: Pick<Samples, 'evaluatedOn' | 'classes'>,
): MetricReport | null {
  if (packed!.outputs.length === 0) return null;
  const outputs = packed!.outputs.map((after, index) =>
    outputReport(float!.outputs[index]!, after, errors[index]!),
  );
  const worst = worstOutput(float!, packed!);
  const { output, metric, scale, before, after, drop } = outputs[worst]!;
  return {
    name: metric,
    scale,
    against: float!.outputs[worst]!.value === null ? 'float model' : 'labels',
    output: outputs.length > 1 ? output : null,
    before,
    after,
    drop,
    samples,
    on: evaluatedOn,
    outputSqnrDb: packed!.sqnrDb,
    loss: float!.loss === null || packed!.loss === null ? null : { before: float!.loss, after: packed!.loss },
    outputs,
    classes: classesReport(float!.outputs[worst]!.classes, packed!.outputs[worst]!.classes, classes),
  };
}

/** @param error  Standard error of the difference, as a share of 1; null: not known. */
function outputReport(
  float: OutputMeasurement,
  packed: OutputMeasurement,
  error: number | null,
): MetricReport['outputs'][number] {
  const [before, after] = [metricValue(float), metricValue(packed)];
  return {
    output: packed.name,
    metric: nameOf(packed),
    scale: packed.scale,
    before,
    after,
    drop: dropPoints(before, after, packed.scale),
    dropMargin: marginOf(error),
    sqnrDb: decibelsOf(packed.noise),
    answers: answersReport(float.answers, packed.answers),
    spread: float.spread,
  };
}

function answersReport(
  float: AnswerSummary | null,
  packed: AnswerSummary | null,
): MetricReport['outputs'][number]['answers'] {
  if (float === null || packed === null) return null;
  const { classes, ...floatAnswers } = float;
  const { classes: _, ...packedAnswers } = packed;
  return { classes, float: floatAnswers, packed: packedAnswers };
}

/** Names an output's metric: `agreement` for decisions without labels; for plain values always R2. */
export const nameOf = ({ metric, value }: OutputMeasurement): MetricReport['name'] =>
  value === null && metric === 'accuracy' ? 'agreement' : metric;

function classesReport(
  before: readonly ClassScore[] | null,
  after: readonly ClassScore[] | null,
  names: readonly string[] | null,
): MetricReport['classes'] {
  if (before === null || after === null) return null;
  return before.map(({ samples, right }, index) => ({
    name: names?.[index] ?? String(index),
    samples,
    before: samples === 0 ? null : right / samples,
    after: samples === 0 ? null : after[index]!.right / samples,
  }));
}

/** Writes a note on the outputs that have no figures. */
export function notesOnUnmeasured({ unmeasured }: Pick<Measurement, 'unmeasured'>): string[] {
  return unmeasured.length === 0
    ? []
    : [
        `not measured: ${unmeasured.join(', ')}, whose size changes from sample to sample or by rounding (detections do). Compare what the two models find on inputs of your own`,
      ];
}

/** Writes notes on the figures: where R2 is unreliable because an output hardly varies. */
export function notesOnMetric(metric: MetricReport | null): string[] {
  if (metric === null) return [];
  const { outputs, on } = metric;
  return outputs.flatMap(({ output, metric, spread }) =>
    metric === 'r2' && spread !== null && spread < SMALL_SPREAD
      ? [
          `output ${output} hardly varies on ${on}: its standard deviation is ${(100 * spread).toPrecision(2)} % of its size. ` +
            'R2 is counted against so little and may be far below 0; so may the signal to noise',
        ]
      : [],
  );
}

import {
  formatDecibels,
  formatMetric,
  formatShare,
  isShare,
  type MetricReport,
  metricTitle,
  type WarningReport,
} from '../../report/index.js';
import type { Samples } from './samples.js';
import { MEASURED } from './synthesis-amount.js';

type OutputReport = MetricReport['outputs'][number];

/** Share of the answers from which on they are nearly all one class, or nearly all certain. */
const NEARLY_ALL = { oneClass: 0.99, saturated: 0.9 };

/** Share of the classes that have to be an answer, and answers that each of them should have. */
const COVERED = { share: 0.5, answersEach: 4 };

/**
 * Signal to noise, in dB, below which agreement on synthesised inputs says little of that on real ones: noise of a
 * twentieth of what the logits vary by. About as large a share of unclear inputs changes its class, few or none of clear
 * ones, and it isn't known how clear real inputs are: agreement on them may be 5 points away (docs/decisions/0003).
 */
const MIN_SQNR_DB = 26;

/** Share of its first distance that synthesis has to get below. */
const STALLED = 0.9;

/** Samples of the user's below which a figure may be chance: one of 32 is three points. */
export const FEWEST = 32;

/** Reasons to distrust a metric; with labels, that they are not the model's, and too few samples. */
export function warningsOnMetric(
  metric: MetricReport,
  { synthesis, labelWarning }: Pick<Samples, 'synthesis' | 'labelWarning'>,
): WarningReport[] {
  if (metric.against === 'labels')
    return [...labelsWarning(labelWarning), ...fewSamplesWarning(metric, FEWEST)];
  const ofOutputs = metric.outputs.flatMap((output) => {
    const named = metric.outputs.length === 1 ? 'the answers' : `the answers of ${output.output}`;
    const oneClass = oneClassWarning(output, named, metric);
    if (synthesis === undefined) return oneClass;
    return [
      ...oneClass,
      ...(oneClass.length > 0 ? [] : missingClassesWarning(output, named, metric)),
      ...saturatedWarning(output, named),
      ...noiseWarning(output),
    ];
  });
  if (synthesis === undefined) return [...ofOutputs, ...fewSamplesWarning(metric, FEWEST)];
  return [...ofOutputs, ...fewSamplesWarning(metric, MEASURED.most), ...stalledWarning(synthesis)];
}

const labelsWarning = (text: string | null): WarningReport[] =>
  text === null ? [] : [{ code: 'unlike-labels', text }];

function oneClassWarning({ answers }: OutputReport, named: string, { on }: MetricReport): WarningReport[] {
  if (answers === null) return [];
  const { float, packed } = answers;
  const whose = [
    ...(float.commonest >= NEARLY_ALL.oneClass ? ['the float model'] : []),
    ...(packed.commonest >= NEARLY_ALL.oneClass ? ['the packed file'] : []),
  ];
  if (whose.length === 0) return [];
  const most = Math.max(float.commonest, packed.commonest);
  return [
    {
      code: 'one-class',
      text: `${named} of ${whose.join(' and ')} on ${on} are one class, ${formatShare(most)} of them: agreement on them says nothing of other classes`,
    },
  ];
}

function missingClassesWarning(
  { answers }: OutputReport,
  named: string,
  { samples, on }: MetricReport,
): WarningReport[] {
  if (answers === null) return [];
  const { classes, float } = answers;
  const wanted = Math.min(classes, samples / COVERED.answersEach);
  if (float.given >= COVERED.share * wanted) return [];
  return [
    {
      code: 'missing-classes',
      text: `${named} of the float model on ${on} are ${float.given} of ${classes} classes: the others were not measured`,
    },
  ];
}

function saturatedWarning({ answers }: OutputReport, named: string): WarningReport[] {
  if (answers === null || answers.float.saturated < NEARLY_ALL.saturated) return [];
  return [
    {
      code: 'saturated',
      text: `${named} of the float model on synthesised inputs are certain, ${formatShare(answers.float.saturated)} of them: real inputs are less clear, and agreement on them may be lower`,
    },
  ];
}

function noiseWarning({ output, metric, after, sqnrDb }: OutputReport): WarningReport[] {
  if (sqnrDb === null || sqnrDb >= MIN_SQNR_DB) return [];
  const changed = formatShare(10 ** (-sqnrDb / 20));
  const figure =
    metric === 'r2' ? `R2 is ${formatMetric(metric, after)}` : `${formatShare(after)} of the answers agree`;
  return [
    {
      code: 'noisy-outputs',
      text: `the ${metric === 'r2' ? 'values' : 'logits'} of ${output} are off by ${changed} of what they vary by (${formatDecibels(sqnrDb)} dB, less than ${MIN_SQNR_DB}): ${figure} here, on real inputs it may be quite another figure`,
    },
  ];
}

function fewSamplesWarning({ samples, on, name }: MetricReport, fewest: number): WarningReport[] {
  if (samples >= fewest) return [];
  const measured =
    fewest === MEASURED.most
      ? `only ${samples} ${on} were measured`
      : `only ${samples === 1 ? '1 sample was' : `${samples} samples were`} measured (${on})`;
  const offBy = isShare(name)
    ? `may be off by ${(100 / Math.sqrt(samples)).toFixed(0)} points by chance alone`
    : 'may be chance';
  return [
    { code: 'few-samples', text: `${measured}: ${metricTitle(name)} ${offBy}, and the advice with it` },
  ];
}

function stalledWarning({ distance, made }: NonNullable<Samples['synthesis']>): WarningReport[] {
  if (distance === null || distance.after < STALLED * distance.before) return [];
  const aim = made === 'statistics' ? 'what the BatchNorm layers remember' : 'answers of every class';
  return [
    {
      code: 'synthesis-stalled',
      text: `synthesis brought the inputs no nearer to ${aim} (distance ${distance.before.toPrecision(3)} before, ${distance.after.toPrecision(3)} after): they are noise to the model`,
    },
  ];
}

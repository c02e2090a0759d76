import type { MetricReport } from '../report.js';
import { figureRule, numeral } from './figure-rule.js';

/** Lower limit on the signal-to-noise ratio of the model's outputs against the float model's, in dB. */
export const minSqnr = figureRule({
  name: 'min-sqnr',
  option: 'minSqnr',
  bound: 'at least',
  figure: ({ metric }) => metric && (metric.outputSqnrDb ?? withoutFigure(metric)),
  say: (decibels) =>
    decibels === Number.POSITIVE_INFINITY
      ? 'no noise at the outputs'
      : `${numeral(decibels)} dB at the outputs`,
});

/** Without any noise there is no figure, and nothing to object to; nor is there one where the outputs don't vary, as those of one sample. */
function withoutFigure({ samples, outputs }: Pick<MetricReport, 'samples' | 'outputs'>): number | null {
  const varies = samples > 1 && outputs.some(({ spread }) => spread !== 0);
  return varies ? Number.POSITIVE_INFINITY : null;
}

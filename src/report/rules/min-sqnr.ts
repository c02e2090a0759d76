import { figureRule, numeral } from './figure-rule.js';

/** Lower limit on the signal-to-noise ratio of the model's outputs against the float model's, in dB. */
export const minSqnr = figureRule({
  name: 'min-sqnr',
  option: 'minSqnr',
  bound: 'at least',
  // Without any noise there is no figure, and nothing to object to.
  figure: ({ metric }) => metric && (metric.outputSqnrDb ?? Number.POSITIVE_INFINITY),
  say: (decibels) =>
    decibels === Number.POSITIVE_INFINITY
      ? 'no noise at the outputs'
      : `${numeral(decibels)} dB at the outputs`,
});

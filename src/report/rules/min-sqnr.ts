import { figureRule, numeral } from './figure-rule.js';

/** How close the model's outputs must stay to the float model's. */
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

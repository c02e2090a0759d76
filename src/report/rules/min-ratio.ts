import { figureRule, numeral } from './figure-rule.js';

/** How many times smaller the packed file must be. */
export const minRatio = figureRule({
  name: 'min-ratio',
  option: 'minRatio',
  bound: 'at least',
  figure: ({ totals }) => totals.ratio,
  say: (ratio) => `${numeral(ratio)} times smaller`,
});

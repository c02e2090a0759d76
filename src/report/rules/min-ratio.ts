import { figureRule, numeral } from './figure-rule.js';

/** Lower limit on the compression ratio of the packed file. */
export const minRatio = figureRule({
  name: 'min-ratio',
  option: 'minRatio',
  bound: 'at least',
  figure: ({ totals }) => totals.ratio,
  say: (ratio) => `${numeral(ratio)} times smaller`,
});

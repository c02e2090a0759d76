import { figureRule, numeral } from './figure-rule.js';

/** How large the packed file may be. */
export const maxBytes = figureRule({
  name: 'max-bytes',
  option: 'maxBytes',
  bound: 'at most',
  figure: ({ totals }) => totals.bytesAfter,
  say: (bytes) => `${numeral(bytes)} bytes`,
});

import { figureRule, numeral } from './figure-rule.js';

/** Upper limit on the size of the packed file, in bytes. */
export const maxBytes = figureRule({
  name: 'max-bytes',
  option: 'maxBytes',
  bound: 'at most',
  figure: ({ totals }) => totals.bytesAfter,
  say: (bytes) => `${numeral(bytes)} bytes`,
});

import type { DifferenceFormat } from '../difference-format.js';

/** One page with bars and a table, that works offline and can be mailed. */
export const html: DifferenceFormat = {
  name: 'html',
  describe: 'one page with bars and a table, to look at and to mail',
  // Loaded when it is wanted: the bars bring D3 along.
  render: async (difference) => (await import('./html/page.js')).renderDifferencePage(difference),
};

import type { SweepFormat } from '../sweep-format.js';

/** One page with a plot for each model, that works offline and can be mailed. */
export const html: SweepFormat = {
  name: 'html',
  describe: 'one page with plots and the table, to look at and to mail',
  // Loaded when it is wanted: the plots bring D3 along.
  render: async (report) => (await import('./html/page.js')).renderSweepPage(report),
};

import type { ReportFormat } from '../format.js';

/** One page with plots, that works offline and can be mailed. */
export const html = {
  name: 'html',
  fileName: 'report.html',
  describe: 'one page with plots and a table that sorts, to look at and to mail',
  // Loaded when it is wanted: the plots bring D3 along.
  render: async (report) => (await import('./html/page.js')).renderPage(report),
} satisfies ReportFormat;

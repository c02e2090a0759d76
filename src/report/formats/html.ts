import type { ReportFormat } from '../format.js';
import { loadPage } from '../plot-libraries.js';

const page = () => loadPage(() => import('./html/page.js'));

/** One page with plots, that works offline and can be mailed. */
export const html = {
  name: 'html',
  fileName: 'report.html',
  describe: 'one page with plots and a table that sorts, to look at and to mail',
  load: page,
  render: async (report) => (await page()).renderPage(report),
} satisfies ReportFormat;

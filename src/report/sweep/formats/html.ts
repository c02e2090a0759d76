import { loadPage } from '../../plot-libraries.js';
import type { SweepFormat } from '../sweep-format.js';

const page = () => loadPage(() => import('./html/page.js'));

/** One page with a plot for each model, that works offline and can be mailed. */
export const html: SweepFormat = {
  name: 'html',
  describe: 'one page with plots and the table, to look at and to mail',
  load: page,
  render: async (report) => (await page()).renderSweepPage(report),
};

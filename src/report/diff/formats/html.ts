import { loadPage } from '../../plot-libraries.js';
import type { DifferenceFormat } from '../difference-format.js';

const page = () => loadPage(() => import('./html/page.js'));

/** One page with bars and a table, that works offline and can be mailed. */
export const html: DifferenceFormat = {
  name: 'html',
  describe: 'one page with bars and a table, to look at and to mail',
  render: async (difference) => (await page()).renderDifferencePage(difference),
};

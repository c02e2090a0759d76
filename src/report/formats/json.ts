import { printableJson } from '../../core/index.js';
import type { ReportFormat } from '../format.js';

/** The whole report, as docs/report.schema.json describes it. */
export const json = {
  name: 'json',
  fileName: 'report.json',
  describe: 'everything, as docs/report.schema.json describes it',
  render: (report) => printableJson(report),
} satisfies ReportFormat;

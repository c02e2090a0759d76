import { printableJson } from '../../../core/index.js';
import type { SweepFormat } from '../sweep-format.js';

/** The whole state of a sweep. */
export const json: SweepFormat = {
  name: 'json',
  describe: 'everything, as --json prints it',
  render: (report) => printableJson(report),
};

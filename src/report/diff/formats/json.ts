import { printableJson } from '../../../core/index.js';
import type { DifferenceFormat } from '../difference-format.js';

/** The whole difference. */
export const json: DifferenceFormat = {
  name: 'json',
  describe: 'everything, as --json prints it',
  render: (difference) => printableJson(difference),
};

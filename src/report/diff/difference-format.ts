import type { Difference } from './difference.js';

/** One way to write the difference of two runs: one file in formats/, one line in its index. */
export interface DifferenceFormat {
  /** The name on the command line. */
  readonly name: string;
  readonly describe: string;
  render(difference: Difference): string | Promise<string>;
}

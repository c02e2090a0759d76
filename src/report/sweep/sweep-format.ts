import type { SweepReport } from './sweep-report.js';

/** One way to write what a sweep has come to: one file in formats/, one line in its index. */
export interface SweepFormat {
  /** The name on the command line. */
  readonly name: string;
  readonly describe: string;
  /** Loads what `render` needs. @throws QgtError `not-installed`. */
  load?(): Promise<unknown>;
  render(report: SweepReport): string | Promise<string>;
}

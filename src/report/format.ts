import type { Report } from './report.js';

/** One way to write a report: one file in formats/, one line in its index. */
export interface ReportFormat {
  /** The name on the command line. */
  readonly name: string;
  /** `report.csv`: the file that `--report NAME` writes into the output folder. */
  readonly fileName: string;
  readonly describe: string;
  /** Loads what `render` needs. @throws QgtError `not-installed`. */
  load?(): Promise<unknown>;
  render(report: Report): string | Promise<string>;
}

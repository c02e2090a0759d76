import type { Report } from '../report.js';

/** A file that a CI system reads. */
export interface CiFile {
  readonly path: string;
  readonly text: string;
  /** Several commands of a job may add to the same summary. */
  readonly how: 'append' | 'replace';
}

/** What a CI system is told. */
export interface CiReport {
  /** Lines that it picks from the log. */
  readonly log: string;
  readonly files: readonly CiFile[];
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How one kind of CI system is told what was checked: one file here, one line in the index. */
export interface Reporter {
  /** The name on the command line. */
  readonly name: string;
  /** For the help: what it tells, and where. */
  readonly describe: string;
  /** Where `NAME=FILE` is understood: the file where none is named. */
  readonly file?: string;
  /** Whether it is told without being asked for. */
  isAtHome(env: Environment): boolean;
  tell(report: Report, env: Environment, file: string): CiReport;
}

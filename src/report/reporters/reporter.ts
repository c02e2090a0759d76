import type { Report } from '../report.js';

/** A file that a CI system reads. */
export interface CiFile {
  readonly path: string;
  readonly text: string;
  /** Several commands of a job may add to the same summary. */
  readonly how: 'append' | 'replace';
}

/** Output for a CI system: log lines and files. */
export interface CiReport {
  /** Lines that it picks from the log. */
  readonly log: string;
  readonly files: readonly CiFile[];
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Way to tell one kind of CI system the results of the checks: one file here, one line in the index. */
export interface Reporter {
  /** The name on the command line. */
  readonly name: string;
  /** For the help: what it tells, and where. */
  readonly describe: string;
  /** Default file of a reporter that accepts `NAME=FILE`; absent for one that doesn't. */
  readonly file?: string;
  /** Whether the environment is that CI system, so that the reporter runs without being requested. */
  isAtHome(env: Environment): boolean;
  tell(report: Report, env: Environment, file: string): CiReport;
}

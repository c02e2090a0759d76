import type { Report } from '../report.js';
import type { Severity } from '../severity.js';

/** Limits for a run; a limit that is absent is not checked. */
export interface Limits {
  readonly maxBytes?: number | undefined;
  readonly minRatio?: number | undefined;
  /** In points of accuracy or agreement, or hundredths of R2. */
  readonly maxDrop?: number | undefined;
  /** In dB. */
  readonly minSqnr?: number | undefined;
  readonly failOn?: Severity | undefined;
}

/** Result of a rule for a report. */
export interface Judgement {
  readonly limit: number | Severity;
  /** In the limit's unit; null: there was nothing to measure. */
  readonly value: number | null;
  readonly passed: boolean;
  /** The figure beside the limit, in one line. */
  readonly text: string;
}

/** A report before it was checked. */
export type Unchecked = Omit<Report, 'checks'>;

/** A rule that checks a report against one limit: one file here, one line in the index. */
export interface Rule {
  /** Name of its option on the command line. */
  readonly name: string;
  readonly option: keyof Limits;
  /** @returns null where no limit was given. */
  judge(report: Unchecked, limits: Limits): Judgement | null;
}

/** What a process of the runner tells of one test file, or of its end. */
export interface FileResult {
  /** The file as it was given; null for what came after the last one. */
  readonly file: string | null;
  /** Text as Node's `spec` reporter writes it. */
  readonly text: string;
  readonly counts: Counts;
  /** Whether it holds a test or a suite at all; those of a suite that is skipped are not counted. */
  readonly isEmpty: boolean;
}

/** Tests by how they ended, as Node's own summary has them. */
export interface Counts {
  readonly tests: number;
  readonly pass: number;
  readonly fail: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly todo: number;
}

/** No tests at all. */
export const NO_TESTS: Counts = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };

/** Sums, kind by kind. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    tests: a.tests + b.tests,
    pass: a.pass + b.pass,
    fail: a.fail + b.fail,
    cancelled: a.cancelled + b.cancelled,
    skipped: a.skipped + b.skipped,
    todo: a.todo + b.todo,
  };
}

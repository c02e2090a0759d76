import type { CheckReport } from './report.js';
import { type Limits, rules, type Unchecked } from './rules/index.js';

/** What becomes of a limit that is not kept: nothing, a warning, or exit code 1. */
export const levels = ['off', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** Limits, and by their options' names what comes of those that are not kept; left out: error. */
export interface CheckOptions extends Limits {
  readonly check: Readonly<Record<string, Level>>;
}

/** Holds a report to the limits given, those that are off aside. */
export function checkReport(report: Unchecked, { check, ...limits }: CheckOptions): CheckReport[] {
  return rules.flatMap(({ name, option, judge }) => {
    const level = check[option] ?? 'error';
    const judgement = level === 'off' ? null : judge(report, limits);
    return judgement === null || level === 'off' ? [] : [{ rule: name, level, ...judgement }];
  });
}

/** The checks that end a run with exit code 1. */
export function failedChecks({ checks }: { readonly checks: readonly CheckReport[] }): CheckReport[] {
  return checks.filter(({ passed, level }) => !passed && level === 'error');
}

import type { CheckReport } from './report.js';
import { type Limits, rules, type Unchecked } from './rules/index.js';

/** Consequences of a limit that is not kept: not checked, a warning, or exit code 1. */
export const levels = ['off', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** Limits, and a level for each by its option's name; default: `error`. */
export interface CheckOptions extends Limits {
  readonly check: Readonly<Record<string, Level>>;
}

/** Checks a report against the limits given; those with level `off` are left out. */
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

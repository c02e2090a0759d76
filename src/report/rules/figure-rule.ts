import type { Limits, Rule, Unchecked } from './rule.js';

/** The options whose limit is a number. */
type NumberOption = {
  [Name in keyof Limits]-?: Limits[Name] extends number | undefined ? Name : never;
}[keyof Limits];

/** A rule that holds one figure of the report to a number. */
export interface FigureRule {
  readonly name: string;
  readonly option: NumberOption;
  readonly bound: 'at most' | 'at least';
  /** In the limit's unit; null: it was not measured. */
  figure(report: Unchecked): number | null;
  /** The figure with its unit. */
  say(value: number, report: Unchecked): string;
}

/** Makes a rule of a figure and its bound; what was not measured is not kept. */
export function figureRule({ name, option, bound, figure, say }: FigureRule): Rule {
  return {
    name,
    option,
    judge: (report, limits) => {
      const limit = limits[option];
      if (limit === undefined) return null;
      const value = figure(report);
      return {
        limit,
        value: value === Number.POSITIVE_INFINITY ? null : value,
        passed: value !== null && (bound === 'at most' ? value <= limit : value >= limit),
        text: `${value === null ? 'not measured' : say(value, report)}, ${bound} ${numeral(limit)}`,
      };
    },
  };
}

/** `61,235`, `0.8333`: a whole number in full, else four digits. */
export function numeral(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));
}

import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report/index.js';

/** Parts of a path that are told of a place far from the working folder. */
const TOLD_PARTS = 2;

/**
 * A path that a report may tell to others: one inside the working folder or the folder around it is relative, of
 * another no more than its last two parts are left.
 */
export function sharedPath(path: string): string {
  const place = path.startsWith('file://') ? fileURLToPath(path) : path;
  if (!isAbsolute(place)) return path;
  const around = dirname(resolve());
  const isNear = around !== dirname(around) && !relative(around, place).startsWith('..');
  if (isNear) return relative(resolve(), place) || '.';
  return place.split(sep).filter(Boolean).slice(-TOLD_PARTS).join('/');
}

/** Takes the absolute paths of a run out of its report, which is mailed and uploaded. */
export function withSharedPaths(report: Report): Report {
  const change = replacer(absolutePaths(report));
  const { model, data, metric } = report;
  return {
    ...report,
    model: { ...model, source: change(model.source) },
    output: report.output === null ? null : change(report.output),
    options: Object.fromEntries(
      Object.entries(report.options).map(([name, value]) => [name, changedOption(value, change)]),
    ),
    data: { ...data, source: change(data.source) },
    metric: metric === null ? null : { ...metric, on: change(metric.on) },
    advice: report.advice.map((each) => ({
      ...each,
      command: change(each.command),
      option: change(each.option),
      text: change(each.text),
    })),
    warnings: report.warnings.map((each) => ({ ...each, text: change(each.text) })),
    checks: report.checks.map((each) => ({ ...each, text: change(each.text) })),
    notes: report.notes.map(change),
  };
}

type Change = (text: string) => string;

function changedOption(value: unknown, change: Change): unknown {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((each) => changedOption(each, change)) : value;
}

function absolutePaths({ model, output, options, data }: Report): string[] {
  const named = [model.source, dirname(model.source), output, data.source, ...Object.values(options).flat()];
  return named.filter(
    (path): path is string =>
      typeof path === 'string' && path.length > 1 && (isAbsolute(path) || path.startsWith('file://')),
  );
}

/** Longer paths go first: a shorter one may be their beginning. */
function replacer(paths: readonly string[]): Change {
  const known = [...new Set(paths)].sort((a, b) => b.length - a.length);
  return (text) => known.reduce((changed, path) => changed.replaceAll(path, sharedPath(path)), text);
}

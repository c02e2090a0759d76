import { printable } from '../core/index.js';
import { type CheckReport, failedChecks, type Report } from '../report/index.js';
import type { Colours } from './colours.js';
import type { OutputStream } from './io.js';

/** Prints the limits that were not kept, one per line; when quiet only those that are errors. */
export function tellChecks(report: Report, stream: OutputStream, quiet: boolean, colours: Colours): void {
  const told = quiet ? failedChecks(report) : report.checks.filter(({ passed }) => !passed);
  for (const check of told) stream.write(`${line(check, colours)}\n`);
}

function line({ rule, level, text }: CheckReport, { red, yellow }: Colours): string {
  const head = level === 'error' ? red('failed:') : yellow('warning:');
  return `${head} --${rule}: ${printable(text)}`;
}

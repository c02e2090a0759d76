import { type Reporter, reporters } from './reporters/index.js';

/** A reporter and the file that it writes; empty where it writes none. */
export interface ChosenReporter {
  readonly reporter: Reporter;
  readonly file: string;
}

/** Parses `github`, `junit` or `junit=FILE`; null for anything else. */
export function parseReporter(text: string): ChosenReporter | null {
  const [name, ...rest] = text.split('=');
  const reporter = reporters.find((each) => each.name === name);
  if (reporter === undefined) return null;
  if (rest.length === 0) return { reporter, file: reporter.file ?? '' };
  const file = rest.join('=');
  return reporter.file === undefined || file === '' ? null : { reporter, file };
}

/** Accepted forms of `--reporter`, for a message. */
export const reporterForms: readonly string[] = reporters.flatMap(({ name, file }) =>
  file === undefined ? name : [name, `${name}=FILE`],
);

import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeError, QgtError } from '../core/index.js';
import { writeAside } from '../files/index.js';
import { type CiFile, parseReporter, type Report, reporters } from '../report/index.js';
import type { Io } from './io.js';

/**
 * Reports to CI systems: those asked for, and unless quiet also the one that this runs on.
 *
 * @param wanted  `github`, `junit`, `junit=FILE`; files are relative to the working directory.
 * @throws QgtError `output` where a file cannot be written.
 */
export async function tellCi(
  report: Report,
  wanted: readonly string[],
  quiet: boolean,
  { stderr, ci = stderr, env, cwd }: Io,
): Promise<void> {
  const asked = wanted.map((text) => parseReporter(text)!);
  const own = reporters
    .filter((reporter) => !quiet && reporter.isAtHome(env))
    .filter((reporter) => !asked.some((each) => each.reporter === reporter));
  for (const { reporter, file } of [...asked, ...own.map(({ name }) => parseReporter(name)!)]) {
    const { log, files } = reporter.tell(report, env, file);
    // stderr, since stdout may hold data and GitHub reads both.
    ci.write(log);
    for (const each of files) await write({ ...each, path: resolve(cwd, each.path) });
  }
}

async function write({ path, text, how }: CiFile): Promise<void> {
  try {
    if (how === 'append') return await appendFile(path, text);
    await writeAside(path, text);
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw new QgtError('output', { where: path, what: describeError(cause), cause });
  }
}

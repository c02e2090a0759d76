import { appendFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { describeError, QgtError } from '../core/index.js';
import { type CiFile, type Report, type Reporter, reporters } from '../report/index.js';
import type { Io } from './io.js';

/**
 * Tells CI systems of a report: those asked for, and unless told to be quiet the one that this runs on.
 *
 * @param wanted  `github`, `junit`, `junit=FILE`; files are relative to the working directory.
 * @throws QgtError `output` where a file cannot be written.
 */
export async function tellCi(
  report: Report,
  wanted: readonly string[],
  quiet: boolean,
  { stderr, env, cwd }: Io,
): Promise<void> {
  const asked = wanted.map(parseReporter);
  const own = reporters.filter((reporter) => !quiet && reporter.isAtHome(env));
  const others = own.filter((reporter) => !asked.some((each) => each.reporter === reporter));
  for (const { reporter, file } of [...asked, ...others.map((reporter) => ({ reporter, file: '' }))]) {
    const { log, files } = reporter.tell(report, env, file);
    // stdout may be data, and GitHub reads both.
    stderr.write(log);
    for (const each of files) await write({ ...each, path: resolve(cwd, each.path) });
  }
}

/** `junit=a=b.xml`: what follows the first `=` is the file. */
function parseReporter(text: string): { reporter: Reporter; file: string } {
  const [name, ...rest] = text.split('=');
  const reporter = reporters.find((each) => each.name === name)!;
  return { reporter, file: rest.join('=') || (reporter.file ?? '') };
}

async function write({ path, text, how }: CiFile): Promise<void> {
  try {
    if (how === 'append') return await appendFile(path, text);
    const { stageFiles } = await import('../pipeline/output-folder.js');
    const staged = await stageFiles(dirname(path));
    try {
      await staged.add({ path: basename(path), bytes: text });
      await staged.commit();
    } finally {
      await staged.discard();
    }
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw new QgtError('output', { where: path, what: describeError(cause), cause });
  }
}

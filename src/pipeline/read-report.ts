import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson, QgtError } from '../core/index.js';
import { checkFile } from '../files/index.js';
import { fromFormerVersion, REPORT_VERSION, type Report, reportSchema } from '../report/index.js';

/** File name of the report in an output folder. */
export const REPORT = 'report.json';

/**
 * Reads a report; one of the version before is brought up to date.
 *
 * @throws QgtError `not-found`, or `bad-report` where it is none.
 */
export async function readReport(path: string): Promise<Report> {
  await checkFile(path);
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new QgtError('not-found', {
      where: path,
      what: 'the file cannot be read',
      remedy: 'check the path',
      cause,
    });
  });
  const found = parseJson(text, path, { code: 'bad-report', remedy: 'name a report.json' });
  const { data, error } = reportSchema.safeParse(fromFormerVersion(found));
  if (error === undefined) return data;
  const { version } = z
    .object({ version: z.number().optional().catch(undefined) })
    .catch({})
    .parse(found);
  if (version !== undefined && version !== REPORT_VERSION) {
    throw new QgtError('bad-report', {
      where: path,
      what: 'is a report of another version',
      got: version,
      expected: REPORT_VERSION,
      remedy: 'make both by the same qgt, or name their .qgt files',
    });
  }
  const { path: key, message } = error.issues[0]!;
  throw new QgtError('bad-report', {
    where: path,
    what: `is no report of qgt: ${key.join('.')}: ${message}`,
    remedy: 'name a report.json, a .qgt or a folder with either',
  });
}

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { demo } from '../../src/index.js';
import type { Report } from '../../src/report/index.js';
import { sampleReport } from '../report/sample-report.js';
import { withFolder } from './digits.js';

/** How a demo that is stopped at once ends: `aborted` where it may write to the folder. */
async function endIn(files: Readonly<Record<string, string>>): Promise<unknown> {
  return withFolder(async (folder) => {
    const output = join(folder, 'out');
    await mkdir(output);
    for (const [name, text] of Object.entries(files)) await writeFile(join(output, name), text);
    const error = await demo({ output }, { signal: AbortSignal.abort() }).catch((thrown: unknown) => thrown);
    return (error as { code?: unknown }).code;
  });
}

/** Report on a compression as the demo's, of its model or of another one. */
const reportOf = (source: string, options: Partial<Report['options']> = {}): string =>
  JSON.stringify({
    ...sampleReport,
    model: { ...sampleReport.model, source },
    options: { ...sampleReport.options, bits: 2, epochs: 8, ...options },
  });
const PACKAGED = resolve(import.meta.dirname, '../../fixtures/demo/model.json');
const ofDemo = { 'model.qgt': '', 'report.json': reportOf(PACKAGED) };

describe('a second demo', () => {
  const cases: [string, Readonly<Record<string, string>>, string][] = [
    ['replaces what the first left', ofDemo, 'aborted'],
    ['leaves a file of somebody else', { ...ofDemo, 'notes.txt': '' }, 'output'],
    [
      'leaves the run of another demo/model.json',
      { ...ofDemo, 'report.json': reportOf('demo/model.json') },
      'output',
    ],
    [
      'leaves a run of its model with other options',
      { ...ofDemo, 'report.json': reportOf(PACKAGED, { bits: 4 }) },
      'output',
    ],
    ['leaves a model without a report', { 'model.qgt': '' }, 'output'],
  ];
  for (const [what, files, code] of cases) it(what, async () => assert.equal(await endIn(files), code));
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochFigures } from './epoch.js';
import { fillTemplate } from './fill-template.js';
import { machine } from './machine.js';
import { type PrecisionCheck, precisionLines } from './precision-check.js';
import type { SubjectFigures } from './rounds.js';
import type { SetUpFigures } from './set-up.js';
import type { StartUp } from './start-up.js';
import { epochTable, setUpLine, startUpTable, subjectTables } from './tables.js';
import { type WholeEpochs, wholeEpochTable } from './whole-epochs.js';

/** Everything that docs/performance.md says of one run. */
export interface Run {
  readonly figures: readonly SubjectFigures[];
  readonly precisions: readonly PrecisionCheck[];
  readonly epochs: readonly EpochFigures[];
  readonly wholeEpochs: readonly WholeEpochs[];
  readonly setUp: SetUpFigures;
  readonly startUp: StartUp;
  readonly rounds: number;
}

/** The page, from performance.template.md: each `{{name}}` in it is a figure of this run. */
export async function performancePage(run: Run): Promise<string> {
  const template = await readFile(join(import.meta.dirname, 'performance.template.md'), 'utf8');
  const results = run.figures.flatMap(({ measured }) => measured.flatMap((each) => each.results));
  const versions = Object.assign({}, ...results.map((result) => result.versions)) as Record<string, string>;
  const values: Readonly<Record<string, string>> = {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    versions: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    rounds: String(run.rounds),
    models: run.figures.map(subjectTables).join('\n\n'),
    precisions: precisionLines(run.precisions),
    epochs: epochTable(run.epochs),
    wholeEpochs: wholeEpochTable(run.wholeEpochs),
    setUp: setUpLine(run.setUp),
    startUp: startUpTable(run.startUp),
  };
  return fillTemplate(template, values);
}

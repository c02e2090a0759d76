import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fillTemplate } from '../fill-template.js';
import { COMMAND } from '../real-inputs/compressed.js';
import { readRecords as readRealInputs } from '../real-inputs/record.js';
import { subjects as realInputsSubjects } from '../real-inputs/subjects.js';
import { realInputsTable } from '../real-inputs/table.js';
import { subjects } from './experiments.js';
import { overviewTable } from './overview.js';
import { accuracyOverBytes } from './plots/accuracy-over-bytes.js';
import { type Picture, renderSvg } from './plots/svg.js';
import { lossOverTime, residualOverTime } from './plots/training.js';
import type { Summary } from './summary.js';
import { NOT_RUN, subjectSection, versionTable } from './tables.js';

const DOCS = resolve(import.meta.dirname, '../../../docs');
/** The experiment whose training is drawn. */
const TRACED = 'resnet8-ours-2';
/** The subject whose plot stands at the top of the page. */
const SHOWN = 'resnet8';

/** A text file below docs/. */
export interface DocumentFile {
  readonly path: string;
  readonly text: string;
}

/** Writes docs/results.md and its plots. */
export async function writeDocument(summaries: readonly Summary[]): Promise<void> {
  await rm(join(DOCS, 'plots'), { recursive: true, force: true });
  await mkdir(join(DOCS, 'plots'));
  for (const { path, text } of await documentOf(summaries)) await writeFile(join(DOCS, path), text);
}

/** The page, from results.template.md, and a plot of everything that was run. */
export async function documentOf(summaries: readonly Summary[]): Promise<DocumentFile[]> {
  const template = await readFile(join(import.meta.dirname, 'results.template.md'), 'utf8');
  const traced = summaries.find(({ experiment }) => experiment.id === TRACED)!;
  const training = [
    ...drawn(`${TRACED}-loss`, lossOverTime(traced)),
    ...drawn(`${TRACED}-residual`, residualOverTime(traced)),
  ];
  const sections = subjects.map((subject) => {
    const own = summaries.filter(({ experiment }) => experiment.subject === subject);
    const plots = drawn(subject.name, accuracyOverBytes(subject.title, own));
    return { subject, plots, text: subjectSection(subject, own, plots.map(linkTo)) };
  });
  const shown = sections.find(({ subject }) => subject.name === SHOWN)!.plots;
  const page = fillTemplate(template, {
    overview: overviewTable(subjects, summaries),
    overviewPlot: linksOf(shown),
    versions: versionTable(summaries),
    subjects: sections.map(({ text }) => text).join('\n\n'),
    realInputsCommand: COMMAND,
    realInputs: realInputsTable(realInputsSubjects, await readRealInputs()),
    training: linksOf(training),
  });
  const plots = [...sections.flatMap((section) => section.plots), ...training];
  return [
    { path: 'results.md', text: page },
    ...plots.map(({ path, picture }) => ({ path, text: renderSvg(picture) })),
  ];
}

interface Drawn {
  readonly path: string;
  readonly picture: Picture;
}

const drawn = (name: string, picture: Picture | null): Drawn[] =>
  picture === null ? [] : [{ path: `plots/${name}.svg`, picture }];
const linkTo = ({ path, picture }: Drawn): string => `![${picture.title}](${path})`;
const linksOf = (drawings: readonly Drawn[]): string =>
  drawings.length === 0 ? NOT_RUN : drawings.map(linkTo).join('\n\n');

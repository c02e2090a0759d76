import { REFERENCES } from './candidates.js';
import type { EpochFigures } from './epoch.js';
import { least, median } from './figures.js';
import { table } from './markdown-table.js';
import type { Result } from './result.js';
import type { Measured, SubjectFigures } from './rounds.js';
import type { SetUpFigures } from './set-up.js';
import type { StartUp } from './start-up.js';

type Times = 'stepMs' | 'passMs';

/** A model's figures as Markdown. */
export function subjectTables({ subject, measured, notes }: SubjectFigures): string {
  return [
    `### ${subject.title}`,
    'One training step:',
    timesTable(measured, 'stepMs', 'training'),
    'One evaluation pass over 1,000 images, in batches of 128:',
    timesTable(measured, 'passMs', 'evaluation'),
    'Start, medians over the rounds:',
    startTable(measured),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');
}

function timesTable(measured: readonly Measured[], times: Times, peak: keyof Result['peakBytes']): string {
  const references = REFERENCES.flatMap((name) =>
    measured.filter(({ candidate }) => candidate.name === name),
  );
  const heads = references.map(({ candidate: { title } }) => `: ${title} (min, median)`);
  return table(
    ['', 'min ms', 'median ms', 'n', ...heads, 'peak MB'],
    measured.map(({ candidate, results }) => {
      const own = allTimes(results, times);
      const ratios = references.map((reference) => {
        const theirs = allTimes(reference.results, times);
        return `${(least(own) / least(theirs)).toFixed(2)}, ${(median(own) / median(theirs)).toFixed(2)}`;
      });
      const peakMb = Math.max(...results.map(({ peakBytes }) => peakBytes[peak])) / 1e6;
      return [
        candidate.title,
        least(own).toFixed(1),
        median(own).toFixed(1),
        String(own.length),
        ...ratios,
        peakMb.toFixed(0),
      ];
    }),
  );
}

function startTable(measured: readonly Measured[]): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  return table(
    ['', 'process started and model loaded, s', 'first step, recorded or traced, s', 'together, s'],
    measured.map(({ candidate, results }) => {
      const ready = median(results.map(({ readyMs }) => readyMs));
      const first = median(results.map(({ firstStepMs }) => firstStepMs));
      return [candidate.title, seconds(ready), seconds(first), seconds(ready + first)];
    }),
  );
}

/** The time of `qgt setup` as a sentence. */
export const setUpLine = ({ ms, source }: SetUpFigures): string =>
  `\`qgt setup\` took ${(ms / 1000).toFixed(0)} s from nothing to an engine that passed its checks, libtensorflow from ${source}, all downloads included.`;

/** The time of `qgt --help` as Markdown. */
export function startUpTable({ helpMs, nodeMs, ran }: StartUp): string {
  const row = (title: string, times: readonly number[]) => [
    title,
    least(times).toFixed(0),
    median(times).toFixed(0),
  ];
  const rows = [row(`\`qgt --help\` (${ran})`, helpMs), row('`node -e 0`', nodeMs)];
  return table(['', 'min ms', 'median ms'], rows);
}

/** What goes on between the steps of an epoch as Markdown. */
export function epochTable(epochs: readonly EpochFigures[]): string {
  return table(
    ['', 'steps', 'epoch, s', 'in steps, s', 'outside'],
    epochs.map(({ title, steps, epochMs, insideMs }) => [
      title.split(',')[0]!,
      String(steps),
      (epochMs / 1000).toFixed(2),
      (insideMs / 1000).toFixed(2),
      `${(100 * (1 - insideMs / epochMs)).toFixed(1)} %`,
    ]),
  );
}

const allTimes = (results: readonly Result[], times: Times): number[] =>
  results.flatMap((result) => result[times]);

import { processorFeatures } from '../../src/engine/index.js';
import { PRECISION_TABLE, prefersBfloat16 } from '../../src/engine/native/recorded/precision-table.js';
import { median } from './figures.js';
import { table } from './markdown-table.js';
import type { SubjectFigures } from './rounds.js';

/** What this run says of one row of the table by which `--precision auto` chooses. */
export interface PrecisionCheck {
  readonly title: string;
  readonly feature: string;
  readonly measured: number;
  readonly inTable: number;
  /** What `auto` takes is not slower by more than a tenth than what it leaves. */
  readonly holds: boolean;
}

const TOLERANCE = 1.1;

/** Holds the steps measured in both precisions against the table; empty where the processor has no bfloat16. */
export function checkPrecisions(figures: readonly SubjectFigures[]): PrecisionCheck[] {
  const features = processorFeatures();
  return figures.flatMap(({ subject, measured }) => {
    const stepOf = (name: string) => {
      const found = measured.find(({ candidate }) => candidate.name === name);
      return found?.results.length ? median(found.results.flatMap(({ stepMs }) => stepMs)) : undefined;
    };
    const [wide, narrow] = [stepOf('ours'), stepOf('ours-bfloat16')];
    const row = PRECISION_TABLE.find(
      ({ feature, convolutions }) => features.includes(feature) && convolutions === subject.convolutions,
    );
    if (wide === undefined || narrow === undefined || row === undefined) return [];
    const ratio = narrow / wide;
    const loss = prefersBfloat16(row) ? ratio : 1 / ratio;
    return [
      {
        title: subject.title.split(',')[0]!,
        feature: row.feature,
        measured: ratio,
        inTable: row.ratio,
        holds: loss <= TOLERANCE,
      },
    ];
  });
}

/** The same as Markdown. */
export function precisionLines(checks: readonly PrecisionCheck[]): string {
  if (checks.length === 0) return 'This processor has no bfloat16: `auto` takes float32.';
  return table(
    ['', 'processor', 'bfloat16 : float32, a step', 'in the table', '`auto` takes'],
    checks.map(({ title, feature, measured, inTable, holds }) => [
      title,
      feature,
      measured.toFixed(2),
      inTable.toFixed(2),
      `${prefersBfloat16({ ratio: inTable }) ? 'bfloat16' : 'float32'}${holds ? '' : ', wrongly'}`,
    ]),
  );
}

import { table } from '../markdown-table.js';
import type { RealInputsRecord } from './record.js';
import { BAR } from './score.js';
import type { Subject } from './subjects.js';

const HEADS = [
  'Model',
  'Kind',
  'Inputs',
  'Number',
  'Reported',
  'Warnings',
  'On these inputs',
  'uint8 on these',
  'Bytes',
  'uint8, brotli',
  'Times uint8',
  'Meets the mark',
  'Reported within 5 points, or warned',
  'Measured',
];
/** How far agreement that is reported may be from that on real inputs. */
const MAX_DISTANCE = 0.05;

type Score = RealInputsRecord['outputs'][number];

/** A row for each model; one that was not measured says so. */
export function realInputsTable(subjects: readonly Subject[], records: readonly RealInputsRecord[]): string {
  return table(
    HEADS,
    subjects.map((subject) => {
      const record = records.find(({ name }) => name === subject.name);
      return record === undefined
        ? [subject.name, '', subject.inputs, 'not run', ...Array<string>(10).fill('')]
        : rowOf(subject, record);
    }),
  );
}

function rowOf({ name, inputs }: Subject, record: RealInputsRecord): string[] {
  const { samples, outputs, warnings, reported, version } = record;
  return [
    name,
    [...new Set(outputs.map(({ kind }) => kind))].join(', '),
    inputs,
    String(samples),
    reported === null ? 'nothing' : reported.map(reportedText).join(', '),
    [...new Set(warnings)].join(', '),
    outputs.map(scoreText).join(', '),
    ...besideUint8(record),
    outputs.every(meetsTheMark) ? 'yes' : '**no**',
    isHonest(record) ? 'yes' : '**no**',
    version,
  ];
}

/** What uint8 weights are on these inputs, and the bytes. */
function besideUint8({ outputs, beside }: RealInputsRecord): string[] {
  if (beside === undefined) return ['', '', '', ''];
  const { bytes, uint8Bytes, uint8Scores } = beside;
  return [
    outputs.map(({ kind }, index) => scoreText({ kind, score: uint8Scores[index]! })).join(', '),
    bytes.toLocaleString('en'),
    uint8Bytes.toLocaleString('en'),
    (bytes / uint8Bytes).toFixed(3),
  ];
}

const meetsTheMark = ({ kind, score }: Score): boolean => score >= BAR[kind];

/** Whether the figures of the report are near those on these inputs, or said to be doubtful. */
function isHonest({ reported, outputs, warnings }: RealInputsRecord): boolean {
  if (reported === null || warnings.length > 0) return true;
  const least = (values: readonly number[]) => Math.min(...values);
  return (
    Math.abs(least(reported.map(({ after }) => after)) - least(outputs.map(agreementOf))) <= MAX_DISTANCE
  );
}

/** Share that agrees; of plain values, the share of their variance that is kept, R2. */
const agreementOf = ({ kind, score }: Score): number => (kind === 'values' ? 1 - 10 ** (-score / 10) : score);

function reportedText({ metric, after, sqnrDb }: NonNullable<RealInputsRecord['reported']>[number]): string {
  const noise = sqnrDb === null ? '' : ` (${sqnrDb.toFixed(1)} dB)`;
  return `${metric === 'r2' ? `R2 ${after.toFixed(3)}` : percent(after)}${noise}`;
}

const scoreText = ({ kind, score }: Score): string =>
  kind !== 'values' || Number.isNaN(score)
    ? percent(score)
    : Number.isFinite(score)
      ? `${score.toFixed(1)} dB`
      : 'exact';
const percent = (share: number): string => (Number.isNaN(share) ? 'NaN' : `${(100 * share).toFixed(1)} %`);

import { stringify } from 'csv-stringify/sync';
import { plainText } from '../../plain-text.js';
import type { SweepFormat } from '../sweep-format.js';
import type { TrialReport } from '../sweep-report.js';

const columns: Readonly<Record<string, (trial: TrialReport) => string | number | null>> = {
  id: ({ id }) => id,
  model: ({ model }) => plainText(model),
  name: ({ name }) => plainText(name),
  state: ({ state }) => state,
  rung: ({ rung }) => rung,
  front: ({ isOnFront }) => Number(isOnFront),
  recommended: ({ isRecommended }) => Number(isRecommended),
  bytesBefore: ({ bytesBefore }) => bytesBefore,
  bytes: ({ bytes }) => bytes,
  ratio: ({ ratio }) => ratio,
  metric: ({ metric }) => metric?.name ?? null,
  float: ({ metric }) => metric?.before ?? null,
  after: ({ metric }) => metric?.after ?? null,
  dropPoints: ({ metric }) => metric?.drop ?? null,
  samples: ({ metric }) => metric?.samples ?? null,
  choiceAfter: ({ choice }) => choice?.after ?? null,
  choiceDropPoints: ({ choice }) => choice?.drop ?? null,
  choiceSamples: ({ choice }) => choice?.samples ?? null,
  durationMs: ({ durationMs }) => durationMs,
  output: ({ output }) => (output === null ? null : plainText(output)),
  error: ({ error }) => (error === null ? null : plainText(error)),
};

/** One row a trial, raw numbers, an empty cell for null. */
export const csv: SweepFormat = {
  name: 'csv',
  describe: 'one row per trial, for a spreadsheet',
  render: ({ trials }) =>
    stringify(
      trials.map((trial) => Object.values(columns).map((cell) => cell(trial))),
      { header: true, columns: Object.keys(columns) },
    ),
};

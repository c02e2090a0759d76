import type { MetricReport } from '../report.js';
import type { SizedLoss } from './front.js';

/** How well a file does on some samples. */
export type SweepFigures = Pick<
  MetricReport,
  'name' | 'output' | 'before' | 'after' | 'drop' | 'samples' | 'on'
>;

/** One trial of a sweep. */
export interface TrialReport {
  readonly id: string;
  /** Options that it differs by from others. */
  readonly name: string;
  readonly model: string;
  /** Trials of one group have the same model and data. */
  readonly group: string;
  /** Options that trials of the sweep differ by, as they were given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** `stopped`: others went on in its place, and its figures are those of a shorter training. */
  readonly state: 'done' | 'failed' | 'stopped' | 'running' | 'open';
  /** From 0 on; the rung that it has reached, where trials are stopped early. */
  readonly rung: number;
  readonly bytesBefore: number | null;
  readonly bytes: number | null;
  readonly ratio: number | null;
  /** On samples held out to choose by; null: too few are held out, or it has no result. */
  readonly choice: SweepFigures | null;
  /** On others, which its own report is on. */
  readonly metric: SweepFigures | null;
  readonly durationMs: number | null;
  /** Folder of its file and its report; null: there is none. */
  readonly output: string | null;
  readonly error: string | null;
  /** Reasons to distrust its figures. */
  readonly warnings: readonly string[];
  readonly isOnFront: boolean;
  readonly isRecommended: boolean;
}

/** The file to take, of those that were made of one model. */
export interface Recommendation {
  readonly group: string;
  readonly model: string;
  /** Id of the trial; null: none is to be recommended. */
  readonly trial: string | null;
  readonly name: string | null;
  /** One sentence. */
  readonly reason: string;
}

/** State of a sweep. */
export interface SweepReport {
  readonly version: 1;
  readonly folder: string;
  readonly trials: readonly TrialReport[];
  /** One for each model, in the order of the trials. */
  readonly recommendations: readonly Recommendation[];
  readonly notes: readonly string[];
}

/** Figures of a trial that choices are made by: those on the samples for it, where there are any. */
export const judgedBy = ({ choice, metric }: Pick<TrialReport, 'choice' | 'metric'>): SweepFigures | null =>
  choice ?? metric;

/** A trial with its size and loss. */
export interface SizedTrial extends SizedLoss {
  readonly trial: TrialReport;
}

/** Trials that are done, with what choices are made by. */
export function sizedTrials(trials: readonly TrialReport[]): SizedTrial[] {
  return trials.flatMap((trial) =>
    trial.state === 'done' && trial.bytes !== null
      ? [{ trial, bytes: trial.bytes, drop: judgedBy(trial)?.drop ?? null }]
      : [],
  );
}

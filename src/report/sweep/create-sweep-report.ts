import { frontOf } from './front.js';
import { chooseTrial, type SweepLimits } from './recommend.js';
import { type Recommendation, type SweepReport, sizedTrials, type TrialReport } from './sweep-report.js';

/** Trials as they stand, before they are held against each other. */
export type UnjudgedTrial = Omit<TrialReport, 'isOnFront' | 'isRecommended'>;

/** Trials of a sweep, and the limits that one of them is recommended by. */
export interface SweepParts extends Pick<SweepReport, 'folder' | 'notes'> {
  readonly trials: readonly UnjudgedTrial[];
  readonly limits: SweepLimits;
}

/** Judges trials: which are on the front of their model, which one is recommended, and whether its figures are to be trusted. */
export function createSweepReport({ folder, trials: unjudged, notes, limits }: SweepParts): SweepReport {
  const trials = unjudged.map((trial) => ({ ...trial, isOnFront: false, isRecommended: false }));
  const groups = [...new Set(trials.map(({ group }) => group))];
  const recommendations = groups.map((group): Recommendation => {
    const own = trials.filter((trial) => trial.group === group);
    for (const { trial } of frontOf(sizedTrials(own)))
      trials.find(({ id }) => id === trial.id)!.isOnFront = true;
    const { trial, reason } = chooseTrial(own, limits);
    if (trial !== null) trials.find(({ id }) => id === trial.id)!.isRecommended = true;
    return { group, model: own[0]!.model, trial: trial?.id ?? null, name: trial?.name ?? null, reason };
  });
  const doubts = trials
    .filter(({ isRecommended }) => isRecommended)
    .flatMap(({ name, warnings }) => warnings.map((warning) => `${name}: ${warning}`));
  return { version: 1, folder, trials, recommendations, notes: [...notes, ...doubts] };
}

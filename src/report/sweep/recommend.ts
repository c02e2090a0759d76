import { formatDrop } from '../drop.js';
import { formatBytes, formatMetric, formatRatio } from '../figures.js';
import { isShare } from '../metric-scale.js';
import { frontOf } from './front.js';
import {
  judgedBy,
  type SizedTrial,
  type SweepFigures,
  sizedTrials,
  type TrialReport,
} from './sweep-report.js';

/** Limits that a recommended file has to keep. */
export interface SweepLimits {
  readonly maxBytes?: number | undefined;
  readonly minRatio?: number | undefined;
  /** In points (hundredths). */
  readonly maxDrop?: number | undefined;
}

/** A trial to take, and why, in words that go on after its name. */
export interface Choice {
  readonly trial: TrialReport | null;
  readonly reason: string;
}

/** A measured trial. */
interface Candidate extends SizedTrial {
  readonly drop: number;
  readonly figures: SweepFigures;
}

/**
 * Chooses among the files of one model: the smallest that loses at most `maxDrop`; without that limit the smallest within
 * one standard error of the best, or, of values, whose error is unknown, the knee of the front. None is chosen before all are
 * done.
 *
 * @see Breiman, Friedman, Olshen, Stone 1984, Classification and regression trees, 3.4.3 (the rule of one standard error).
 */
export function chooseTrial(trials: readonly TrialReport[], limits: SweepLimits): Choice {
  const open = trials.filter(({ state }) => state === 'open' || state === 'running').length;
  if (open > 0) return { trial: null, reason: `${open} of ${trials.length} trials are not done yet` };
  const measured = sizedTrials(trials).flatMap((each): Candidate[] => {
    const figures = judgedBy(each.trial);
    return figures === null ? [] : [{ ...each, drop: figures.drop, figures }];
  });
  if (measured.length === 0) return { trial: null, reason: 'no trial ended with a file and its figures' };
  const fitting = measured.filter(({ trial }) => keepsSize(trial, limits));
  if (fitting.length === 0)
    return { trial: null, reason: `no file is small enough: ${smallestText(measured)}` };
  const { maxDrop } = limits;
  const { chosen, why } = maxDrop === undefined ? balanced(fitting) : withinDrop(fitting, maxDrop);
  if (chosen === null) return { trial: null, reason: why };
  return { trial: chosen.trial, reason: `${why}; ${reportedText(chosen)}` };
}

type Pick = { readonly chosen: Candidate | null; readonly why: string };

const keepsSize = ({ bytes, ratio }: TrialReport, { maxBytes, minRatio }: SweepLimits): boolean =>
  (maxBytes === undefined || bytes! <= maxBytes) && (minRatio === undefined || ratio! >= minRatio);

function withinDrop(candidates: readonly Candidate[], maxDrop: number): Pick {
  const best = leastLoss(candidates);
  const within = candidates.filter(({ drop }) => drop <= maxDrop);
  const limit = formatDrop(best.figures.name, maxDrop);
  if (within.length === 0)
    return {
      chosen: null,
      why: `no file keeps to ${limit} ${onText(best)}: the best, ${best.trial.name}, has ${lossText(best)}`,
    };
  const chosen = smallest(within);
  return { chosen, why: `the smallest file with at most ${limit} ${onText(chosen)} (${lossText(chosen)})` };
}

function balanced(candidates: readonly Candidate[]): Pick {
  const best = leastLoss(candidates);
  if (!isShare(best.figures.name)) return kneeOf(candidates);
  const error = standardError(best.figures);
  const chosen = smallest(candidates.filter(({ drop }) => drop <= best.drop + error));
  const { name, after } = best.figures;
  const what = `${name} ${formatMetric(name, after)}`;
  if (chosen === best)
    return {
      chosen,
      why: `the best ${onText(best)} (${what}), and no smaller file is within one standard error of it (${error.toFixed(1)} points)`,
    };
  return {
    chosen,
    why: `the smallest file within one standard error (${error.toFixed(1)} points) of the best, ${best.trial.name} (${what}), ${onText(chosen)} (${lossText(chosen)})`,
  };
}

/**
 * Standard error of a share of right answers, in points; two right and two wrong ones are added, so that a file that is always
 * right has one too.
 *
 * @see Agresti, Coull 1998, Approximate is better than "exact" for interval estimation of binomial proportions.
 */
function standardError({ after, samples }: SweepFigures): number {
  const count = samples + 4;
  const share = (after * samples + 2) / count;
  return 100 * Math.sqrt((share * (1 - share)) / count);
}

/**
 * The file on the front that is farthest from the line between its ends, over the logarithm of the bytes.
 *
 * @see Satopaa, Albrecht, Irwin, Raghavan 2011, Finding a "kneedle" in a haystack.
 */
function kneeOf(candidates: readonly Candidate[]): Pick {
  const front = frontOf(candidates);
  const [first, last] = [front[0]!, front.at(-1)!];
  const [width, height] = [Math.log(last.bytes / first.bytes), first.drop - last.drop];
  const gain = ({ bytes, drop }: Candidate) =>
    width === 0 ? 0 : (first.drop - drop) / height - Math.log(bytes / first.bytes) / width;
  const chosen = front.reduce((best, each) => (gain(each) > gain(best) ? each : best), last);
  const why =
    chosen === last
      ? `the best ${onText(last)} (${lossText(last)}), and no smaller file saves more than it loses`
      : `where a larger file begins to gain little ${onText(chosen)} (${lossText(chosen)}; the best, ${last.trial.name}, has ${lossText(last)})`;
  return { chosen, why };
}

const leastLoss = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, each) =>
    each.drop < best.drop || (each.drop === best.drop && each.bytes < best.bytes) ? each : best,
  );

const smallest = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, each) =>
    each.bytes < best.bytes || (each.bytes === best.bytes && each.drop < best.drop) ? each : best,
  );

const lossText = ({ figures, drop }: Candidate): string => formatDrop(figures.name, drop);

const onText = ({ figures: { samples, on } }: Candidate): string =>
  `on the ${samples.toLocaleString('en')} ${on.startsWith('samples') ? on : `samples of ${on}`}`;

function reportedText({ trial: { metric, choice } }: Candidate): string {
  if (metric === null || choice === null)
    return 'chosen and measured on the same samples, for too few are held out, so that it may do worse on others';
  const { name, after, drop, samples } = metric;
  return `on ${samples.toLocaleString('en')} others it has ${name} ${formatMetric(name, after)}, ${formatDrop(name, drop)}`;
}

function smallestText(candidates: readonly Candidate[]): string {
  const { trial, bytes } = smallest(candidates);
  return `the smallest, ${trial.name}, takes ${formatBytes(bytes)}, ${formatRatio(trial.ratio!)} times smaller`;
}

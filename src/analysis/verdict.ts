import { explainCost, findProblem, type LayerDiagnostics } from './diagnostics.js';

/** What was measured on samples: the model, and what it gains with one layer in float. */
export interface MeasuredCost {
  /** Hundredths of the metric that the model lost. */
  readonly lost: number;
  /** Standard error of `lost`; null: not known. */
  readonly lostError: number | null;
  /** Hundredths of the metric that come back. */
  readonly regained: number;
  readonly regainedError: number | null;
  /** Share of the divergence from the float model that goes. */
  readonly share: number;
  /** Quantized layers in the model. */
  readonly layers: number;
}

/** Whether a layer holds the compression back, and why. */
export type Judgement =
  | { readonly level: 'none'; readonly reason: null }
  | { readonly level: 'watch' | 'bottleneck'; readonly reason: string };

/** A loss that somebody minds, in points. */
const POINT = 1;
/** A gain that shows, in points. */
const SHOWS = 0.3;
/** Standard errors that a difference must have to be taken for one. */
const SURE = 2;
/** Share of the loss in points from which a layer is a bottleneck. */
const MIN_PART = 0.1;
/** Share of the divergence from which a layer is a bottleneck, by itself and in multiples of an equal share. */
const BOTTLENECK = { share: 0.25, fair: 2 };
const WATCH = { share: 0.1, fair: 1 };
const WEAK_SHARE = 0.02;

const NONE: Judgement = { level: 'none', reason: null };

/**
 * Judges a layer by what the model regains with it in float.
 *
 * A bottleneck brings back a point and a tenth of what was lost, and no less of the divergence than if all layers were
 * alike; or, where a point was lost, a quarter of the divergence and twice that share; differences within two standard errors are none. To be watched is what brings back less, or shows a weakness that costs anything.
 */
export function judgeMeasured(diagnostics: LayerDiagnostics, cost: MeasuredCost): Judgement {
  const { lost, lostError, regained, regainedError, share } = cost;
  const weakness = findProblem(diagnostics);
  const costly = lost >= POINT && isSure(lost, lostError);
  const regains = isSure(regained, regainedError);
  const bottleneck =
    (regains && regained >= POINT && regained >= MIN_PART * lost && share >= 1 / cost.layers) ||
    (costly && exceeds(cost, BOTTLENECK));
  const watch =
    (weakness !== null && share >= WEAK_SHARE) ||
    (regains && regained >= SHOWS) ||
    (costly && exceeds(cost, WATCH));
  if (!bottleneck && !watch) return NONE;
  return { level: bottleneck ? 'bottleneck' : 'watch', reason: weakness ?? explainCost(diagnostics) };
}

/**
 * Judges a layer by its diagnostics alone, where what it costs was not measured.
 *
 * @param lost  Hundredths of the metric that the whole model lost; null: not known.
 */
export function diagnose(diagnostics: LayerDiagnostics, lost: number | null): Judgement {
  const reason = findProblem(diagnostics);
  if (reason === null) return NONE;
  return { level: lost === null || lost >= POINT ? 'bottleneck' : 'watch', reason };
}

const isSure = (difference: number, error: number | null): boolean =>
  difference > 0 && (error === null || difference > SURE * error);

const exceeds = ({ share, layers }: MeasuredCost, least: { share: number; fair: number }): boolean =>
  share >= least.share && share >= least.fair / layers;

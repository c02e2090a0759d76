import { explainCost, findProblem, type LayerDiagnostics } from './diagnostics.js';

/** Measured loss of the model, and its gain with one layer in float. */
export interface MeasuredCost {
  /** Loss of the model's metric, in percentage points. */
  readonly lost: number;
  /** Standard error of `lost`; null: unknown. */
  readonly lostError: number | null;
  /** Gain of the metric with the layer in float, in percentage points. */
  readonly regained: number;
  readonly regainedError: number | null;
  /** Share of the divergence from the float model that disappears. */
  readonly share: number;
  /** Quantized layers in the model. */
  readonly layers: number;
}

/** Whether a layer holds the compression back, and why. */
export type Judgement =
  | { readonly level: 'none'; readonly reason: null }
  | { readonly level: 'watch' | 'bottleneck'; readonly reason: string };

/** Least loss or gain that matters, in percentage points. */
export const POINT = 1;
/** Least gain that is noticeable, in percentage points. */
const SHOWS = 0.3;
/** Standard errors above which a difference is significant. */
const SURE = 2;
/** Share of the loss that a bottleneck brings back at least. */
const MIN_PART = 0.1;
/** Least share of the divergence of a bottleneck: absolute, and in multiples of an equal share. */
const BOTTLENECK = { share: 0.25, fair: 2 };
const WATCH = { share: 0.1, fair: 1 };
const WEAK_SHARE = 0.02;

const NONE: Judgement = { level: 'none', reason: null };

/**
 * Judges a layer by what the model regains with it in float.
 *
 * A bottleneck brings back at least a point, a tenth of the loss and an equal share of the divergence; or,
 * where at least a point was lost, a quarter of the divergence and twice an equal share. Differences within two
 * standard errors don't count. A layer is on watch if it brings back less than that but noticeably, or has a
 * weakness with a measurable cost.
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
 * Judges a layer by its diagnostics alone, where its cost was not measured.
 *
 * @param lost  Loss of the whole model's metric, in percentage points; null: unknown.
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

import { type FinalWeight, quantizedOf } from '../compression/index.js';
import { type RunClock, throwIfAborted, UNLIMITED } from '../core/index.js';
import { MAX_BITS } from '../quantize/index.js';
import type { Evidence, LayerReport, SensitivityReport, Verdict } from '../report/index.js';
import type { Evaluation } from '../session/index.js';
import type { Training } from '../train/index.js';
import { adviseOn } from './advice.js';
import { effectOf } from './gains.js';
import {
  type AnalysisRules,
  analyzeLayers,
  type KernelAnalysis,
  type LayerAnalysis,
  SAMPLES,
} from './layer-analysis.js';
import { layerDiagnostics } from './layer-diagnostics.js';
import { layerReports, type Outcome, type PackedWeights } from './layer-reports.js';
import { measureOutputNoise } from './output-noise.js';
import { measurePath, type RecoveryPath } from './path.js';
import { tryRemedies, withRemedies } from './remedies.js';
import { type SamplesApart, samplesApart } from './samples-apart.js';
import { measureSnapLoss } from './snap-loss.js';
import type { Suggestion } from './suggestion.js';
import { layerTargets, verdictsByDiagnostics, verdictsByGain } from './verdicts.js';

/** Samples on which each layer's own output error is measured. */
const NOISE_SAMPLES = 64;
/** Samples on which the cost of putting each layer on its grid is measured. */
const SNAP_SAMPLES = 256;

const UNTRAINED = {
  residuals: {},
  entropyPenalty: 0,
  filling: new Set<string>(),
  unsnapped: new Map<string, Float32Array>(),
};

/**
 * Creates a row for each weight of a compressed model; kernels are judged by their diagnostics alone.
 *
 * @param training  Absent where the weights were rounded without training.
 */
export async function diagnoseCompressed(
  evaluation: Evaluation,
  packed: PackedWeights,
  training?: Pick<Training, 'residuals' | 'entropyPenalty' | 'filling' | 'unsnapped'>,
): Promise<LayerReport[]> {
  const { residuals, entropyPenalty, filling, unsnapped } = training ?? UNTRAINED;
  const { clock = UNLIMITED } = evaluation;
  const { noiseMs, snapMs } = timeOfDiagnosis(clock, unsnapped.size);
  const measuresNoise = clock.allows("each layer's own noise", noiseMs);
  const outputNoise = measuresNoise
    ? await measureOutputNoise({ ...evaluation, limit: NOISE_SAMPLES }, packed.weights)
    : new Map();
  throwIfAborted(evaluation.signal);
  const measuresSnap =
    unsnapped.size > 0 &&
    packed.metric !== null &&
    clock.allows('what putting each kernel on its grid costs', snapMs);
  const snapLosses = measuresSnap
    ? await measureSnapLoss(
        { ...evaluation, limit: SNAP_SAMPLES },
        packed.weights.map(({ after }) => after),
        unsnapped,
      )
    : new Map();
  const outcome = { ...packed, outputNoise, residuals, entropyPenalty, filling, snapLosses };
  const verdicts = judgedByDiagnostics(evaluation, outcome);
  return layerReports(outcome, {
    verdicts:
      training === undefined && !measuresNoise ? withoutUnfounded(verdicts, packed.weights) : verdicts,
    sensitivity: new Map(),
    evidence: new Map(),
  });
}

/** Leaves out the verdicts that nothing is wrong with layers whose noise, by which they would be judged, is not known. */
function withoutUnfounded(
  verdicts: ReadonlyMap<string, Verdict>,
  weights: readonly FinalWeight[],
): ReadonlyMap<string, Verdict> {
  const judgedByNoise = new Set(
    weights.filter(({ bits }) => bits !== null && bits !== MAX_BITS).map(({ weight }) => weight.name),
  );
  return new Map([...verdicts].filter(([name, { level }]) => level !== 'none' || !judgedByNoise.has(name)));
}

/** Passes of the two models of a score that a sample takes: for every layer's noise, and for a kernel off its grid. */
const NOISE_PASSES = 2;
const SNAP_PASSES = 0.5;

/** Estimates the time of a diagnosis by the time of scoring a sample. */
function timeOfDiagnosis({ sampleMs }: RunClock, kernels: number) {
  return {
    noiseMs: NOISE_SAMPLES * NOISE_PASSES * sampleMs,
    snapMs: SNAP_SAMPLES * (1 + SNAP_PASSES * kernels) * sampleMs,
  };
}

/** Estimates the time of `diagnoseCompressed`, by the same clock. */
export function diagnosisMs(clock: RunClock, kernels: number): number {
  const { noiseMs, snapMs } = timeOfDiagnosis(clock, kernels);
  return noiseMs + snapMs;
}

function judgedByDiagnostics({ liveModel }: Evaluation, outcome: Outcome): ReadonlyMap<string, Verdict> {
  return verdictsByDiagnostics(
    quantizedOf(outcome.weights),
    layerDiagnostics(liveModel, outcome),
    layerTargets(liveModel),
    outcome.metric,
  );
}

/** Rows for the weights of a model, and the whole model's figures for comparison. */
export interface RoundingDiagnosis {
  readonly layers: LayerReport[];
  /** null where no output can be measured. */
  readonly sensitivity: SensitivityReport | null;
  readonly advice: readonly Suggestion[];
}

/**
 * Creates a row for each weight of a rounded model; kernels are judged by what they cost, and remedies are tried.
 *
 * @param evaluation  Without a limit, the layers are tried on as many samples as there is time for.
 * @param most        Samples on which each layer's own output error is measured.
 */
export async function diagnoseRounded(
  evaluation: Evaluation,
  packed: PackedWeights,
  rules: AnalysisRules,
  most: number,
): Promise<RoundingDiagnosis> {
  const { metric, weights } = packed;
  const outputNoise = await measureOutputNoise({ ...evaluation, limit: most }, weights);
  const apart = samplesApart(evaluation, evaluation.limit ?? SAMPLES.most);
  const analysis = metric === null ? null : await analyzeLayers(apart.choosing, weights, rules);
  const { residuals, entropyPenalty, filling } = UNTRAINED;
  const outcome = { ...packed, outputNoise, residuals, entropyPenalty, filling, snapLosses: new Map() };
  if (analysis === null) {
    const verdicts = judgedByDiagnostics(evaluation, outcome);
    const nothing = { sensitivity: new Map(), evidence: new Map() };
    return { layers: layerReports(outcome, { verdicts, ...nothing }), sensitivity: null, advice: [] };
  }
  const diagnostics = layerDiagnostics(evaluation.liveModel, outcome);
  const limited = limitTo(apart, analysis.samples);
  const base = { weights, output: analysis.output, options: rules, diagnostics };
  const { steps, ...path } = await measurePath(limited.choosing, packed, analysis);
  const judged = verdictsByGain(diagnostics, analysis, steps);
  const remedies = await tryRemedies(limited, base, judged, analysis);
  const verdicts = withRemedies(judged, remedies, analysis.model.metric);
  const { tensorBytes } = packed.file;
  return {
    layers: layerReports(outcome, { verdicts, ...conclusions(analysis, steps) }),
    sensitivity: { samples: analysis.samples, ...analysis.model, ...path },
    advice: await adviseOn(limited, { base, rules, analysis, remedies, tensorBytes }),
  };
}

/** The same samples, in both parts as many as the layers were analyzed on. */
function limitTo({ choosing, confirming, isHeldOut }: SamplesApart, limit: number): SamplesApart {
  return { choosing: { ...choosing, limit }, confirming: { ...confirming, limit }, isHeldOut };
}

/** Measurements of each kernel, for the rows. */
function conclusions({ layers }: LayerAnalysis, steps: RecoveryPath['steps']) {
  const evidenceOf = (name: string, { alone, inFloat }: KernelAnalysis): Evidence => ({
    alone: effectOf(alone),
    inFloat: effectOf(inFloat),
    path: effectOf(steps.get(name)!),
  });
  return {
    sensitivity: new Map([...layers].map(([name, { sensitivity }]) => [name, sensitivity])),
    evidence: new Map([...layers].map(([name, each]) => [name, evidenceOf(name, each)])),
  };
}

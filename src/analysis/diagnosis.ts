import { type FinalWeight, quantizedOf } from '../compression/index.js';
import { type RunClock, throwIfAborted, UNLIMITED } from '../core/index.js';
import type { LayerReport, SensitivityReport, Verdict } from '../report/index.js';
import type { Evaluation } from '../session/index.js';
import type { Training } from '../train/index.js';
import { MAX_BITS } from './diagnostics.js';
import { type AnalysisRules, analyzeLayers } from './layer-analysis.js';
import { layerDiagnostics } from './layer-diagnostics.js';
import { layerReports, type Outcome, type PackedWeights } from './layer-reports.js';
import { measureOutputNoise } from './output-noise.js';
import { addRemedies } from './remedies.js';
import { measureSnapLoss } from './snap-loss.js';
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
    unsnapped.size > 0 && clock.allows('what putting each kernel on its grid costs', snapMs);
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
}

/**
 * Creates a row for each weight of a rounded model; kernels are judged by the gain with them back in float, and
 * remedies are tried.
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
  const analysis = metric === null ? null : await analyzeLayers(evaluation, weights, rules);
  const { residuals, entropyPenalty, filling } = UNTRAINED;
  const outcome = { ...packed, outputNoise, residuals, entropyPenalty, filling, snapLosses: new Map() };
  if (analysis === null) {
    const verdicts = judgedByDiagnostics(evaluation, outcome);
    return { layers: layerReports(outcome, { verdicts, sensitivity: new Map() }), sensitivity: null };
  }
  const verdicts = await addRemedies(
    { ...evaluation, limit: analysis.samples },
    { weights, options: rules },
    verdictsByGain(layerDiagnostics(evaluation.liveModel, outcome), analysis),
    analysis,
  );
  const sensitivity = new Map([...analysis.layers].map(([name, each]) => [name, each.sensitivity]));
  return {
    layers: layerReports(outcome, { verdicts, sensitivity }),
    sensitivity: { samples: analysis.samples, ...analysis.model },
  };
}

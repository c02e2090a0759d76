import type { PlanByName } from '../compression/index.js';
import { type NamedTensor, sizeOf, type Weight } from '../core/index.js';
import { expandTensor, type StoredTensor } from '../pack/index.js';
import { type FittedGrid, sqnrDb } from '../quantize/index.js';
import type { LayerReport, LayerSensitivity, Verdict } from '../report/index.js';
import type { Subject } from '../session/index.js';
import type { OutputNoise } from './layers-output-noise.js';
import { weightErrorReport } from './weight-error-report.js';

/** What became of a model's weights, by weight name. */
export interface Outcome {
  readonly before: readonly NamedTensor[];
  readonly fitted: ReadonlyMap<string, FittedGrid>;
  readonly stored: readonly StoredTensor[];
  /** Without what was folded into kernels. */
  readonly tensorBytes: ReadonlyMap<string, number>;
  readonly outputNoise: ReadonlyMap<string, OutputNoise>;
  /** This and what follows is empty where nothing was trained. */
  readonly residuals: Readonly<Record<string, number>>;
  readonly settlingLosses: ReadonlyMap<string, number>;
}

/** What was concluded about each kernel, by its name. */
export interface Conclusions {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Empty where it was not measured. */
  readonly sensitivity: ReadonlyMap<string, LayerSensitivity[]>;
}

const FLOAT_BITS = 32;

/** One row a weight, kernels and floats alike, in the model's order. */
export function layerReports(
  subject: Subject,
  plan: PlanByName,
  outcome: Outcome,
  { verdicts, sensitivity }: Conclusions,
): LayerReport[] {
  const before = new Map(outcome.before.map((tensor) => [tensor.name, tensor]));
  const stored = new Map(outcome.stored.map((tensor) => [tensor.name, tensor]));
  return subject.weights.map((weight) => ({
    ...layerReport(weight, plan, before.get(weight.name)!, stored.get(weight.name)!, outcome),
    sensitivity: sensitivity.get(weight.name) ?? null,
    verdict: verdicts.get(weight.name) ?? null,
  }));
}

function layerReport(
  { name, kind, shape, channelAxes }: Weight,
  plan: PlanByName,
  before: NamedTensor,
  stored: StoredTensor,
  { fitted, tensorBytes, outputNoise, residuals, settlingLosses }: Outcome,
): Omit<LayerReport, 'sensitivity' | 'verdict'> {
  const params = sizeOf(shape);
  const packedBytes = tensorBytes.get(name) ?? 0;
  const { bits, reason } = plan.get(name)!;
  const { ownDb = null, chainDb = null } = outputNoise.get(name) ?? {};
  return {
    name,
    kind,
    shape: [...shape],
    bits: bits ?? FLOAT_BITS,
    quantizer: fitted.get(name)?.quantizer.name ?? null,
    params,
    floatBytes: before.values.byteLength,
    packedBytes,
    bitsPerWeight: params === 0 ? 0 : (packedBytes * 8) / params,
    sqnrDb: stored.encoding === 'raw' ? null : sqnrDb(before.values, expandTensor(stored).values),
    outputSqnrDb: ownDb,
    chainSqnrDb: chainDb,
    residual: residuals[name] ?? null,
    settlingLoss: settlingLosses.get(name) ?? null,
    reason: tensorBytes.has(name) ? reason : `${reason}: folded into the kernel before it`,
    weights: stored.encoding === 'raw' ? null : weightErrorReport(before, stored, channelAxes),
  };
}

import type { FinalWeight } from '../compression/index.js';
import { sizeOf } from '../core/index.js';
import type { PackedFile } from '../pack/index.js';
import { sqnrDb } from '../quantize/index.js';
import type { Evidence, LayerReport, LayerSensitivity, MetricReport, Verdict } from '../report/index.js';
import type { OutputNoise } from './output-noise.js';
import { weightErrorReport } from './weight-error-report.js';

/** A packed model: its weights, their bytes, and the metric of the whole. */
export interface PackedWeights {
  /** In the model's order. */
  readonly weights: readonly FinalWeight[];
  /** Bytes in the file, by name; without weights that were folded into kernels. */
  readonly file: Pick<PackedFile, 'tensorBytes' | 'codeBytes'>;
  /** null where no output can be measured. */
  readonly metric: MetricReport | null;
}

/** The same with the measurements of each weight, by its name. */
export interface Outcome extends PackedWeights {
  readonly outputNoise: ReadonlyMap<string, OutputNoise>;
  /** This and what follows is empty where nothing was trained. */
  readonly residuals: Readonly<Record<string, number>>;
  /** Entropy penalty of the training; 0: none. */
  readonly entropyPenalty: number;
  /** Kernels whose codes fill a size, as in `Training`. */
  readonly filling: ReadonlySet<string>;
  readonly snapLosses: ReadonlyMap<string, number>;
}

/** Conclusions about each kernel, by its name. */
export interface Conclusions {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Empty where it was not measured. */
  readonly sensitivity: ReadonlyMap<string, LayerSensitivity[]>;
  /** Empty where it was not measured. */
  readonly evidence: ReadonlyMap<string, Evidence>;
}

const FLOAT_BITS = 32;

/** Creates one row per weight, kernels and floats alike, in the model's order. */
export function layerReports(
  outcome: Outcome,
  { verdicts, sensitivity, evidence }: Conclusions,
): LayerReport[] {
  return outcome.weights.map((each) => ({
    ...layerReport(each, outcome),
    sensitivity: sensitivity.get(each.weight.name) ?? null,
    evidence: evidence.get(each.weight.name) ?? null,
    verdict: verdicts.get(each.weight.name) ?? null,
  }));
}

function layerReport(
  each: FinalWeight,
  { file: { tensorBytes, codeBytes }, outputNoise, residuals, snapLosses }: Outcome,
): Omit<LayerReport, 'sensitivity' | 'evidence' | 'verdict'> {
  const { before, after, reason } = each;
  const { name, kind, shape } = each.weight;
  const params = sizeOf(shape);
  const packedBytes = tensorBytes.get(name) ?? 0;
  const { ownDb = null, chainDb = null } = outputNoise.get(name) ?? {};
  return {
    name,
    kind,
    shape: [...shape],
    bits: each.bits ?? FLOAT_BITS,
    ...gridReport(each),
    params,
    floatBytes: before.values.byteLength,
    storedBytes: null, // filled in where the model's files are known
    packedBytes,
    codeBytes: codeBytes.get(name) ?? null,
    bitsPerWeight: params === 0 ? 0 : (packedBytes * 8) / params,
    sqnrDb: each.bits === null ? null : sqnrDb(before.values, after.values),
    outputSqnrDb: ownDb,
    chainSqnrDb: chainDb,
    residual: residuals[name] ?? null,
    snapLoss: snapLosses.get(name) ?? null,
    reason: tensorBytes.has(name) ? reason : 'BatchNorm, folded into the kernel before it',
    weights: each.bits === null ? null : weightErrorReport(each),
  };
}

/** Reports the settings of a weight's grid besides its width. */
function gridReport(each: FinalWeight): Pick<LayerReport, 'quantizer' | 'granularity' | 'clip'> {
  if (each.bits === null) return { quantizer: null, granularity: null, clip: null };
  const { quantizer, stored, planned } = each;
  return {
    quantizer: quantizer.name,
    granularity: stored.axes.length > 0 ? 'perChannel' : 'perTensor',
    clip: planned.clip < 1 ? planned.clip : null,
  };
}

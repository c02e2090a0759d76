import { type NamedTensor, sizeOf } from '../core/index.js';
import { expandTensor, type StoredTensor } from '../pack/index.js';
import { findBottleneck, type LayerEvidence, type OutputNoise } from '../plan/index.js';
import { type FittedGrid, sqnrDb } from '../quantize/index.js';
import type { LayerReport, Verdict } from '../report/index.js';
import type { PlanByName } from './rounding.js';
import type { Subject, SubjectWeight } from './subject.js';
import { weightErrorReport } from './weight-error-report.js';

/** What became of a model's weights, by weight name. */
export interface Outcome {
  readonly before: readonly NamedTensor[];
  readonly fitted: ReadonlyMap<string, FittedGrid>;
  readonly stored: readonly StoredTensor[];
  /** Without what was folded into kernels. */
  readonly tensorBytes: ReadonlyMap<string, number>;
  readonly outputNoise: ReadonlyMap<string, OutputNoise>;
  /** Empty where nothing was trained. */
  readonly residuals: Readonly<Record<string, number>>;
}

const FLOAT_BITS = 32;

/** One row a weight, kernels and floats alike, in the model's order. */
export function layerReports(subject: Subject, plan: PlanByName, outcome: Outcome): LayerReport[] {
  const before = new Map(outcome.before.map((tensor) => [tensor.name, tensor]));
  const stored = new Map(outcome.stored.map((tensor) => [tensor.name, tensor]));
  return subject.weights.map((weight) =>
    layerReport(weight, plan, before.get(weight.name)!, stored.get(weight.name)!, outcome),
  );
}

function layerReport(
  { name, layer, kind, shape, channelAxes }: SubjectWeight,
  plan: PlanByName,
  before: NamedTensor,
  stored: StoredTensor,
  { fitted, tensorBytes, outputNoise, residuals }: Outcome,
): LayerReport {
  const params = sizeOf(shape);
  const packedBytes = tensorBytes.get(name) ?? 0;
  const { bits, reason } = plan.get(name)!;
  const quantizer = fitted.get(name)?.quantizer;
  const weightsDb = stored.encoding === 'raw' ? null : sqnrDb(before.values, expandTensor(stored).values);
  const { ownDb = null, chainDb = null } = outputNoise.get(name) ?? {};
  const residual = residuals[name] ?? null;
  return {
    name,
    kind,
    shape: [...shape],
    bits: bits ?? FLOAT_BITS,
    quantizer: quantizer?.name ?? null,
    params,
    floatBytes: before.values.byteLength,
    packedBytes,
    bitsPerWeight: params === 0 ? 0 : (packedBytes * 8) / params,
    sqnrDb: weightsDb,
    outputSqnrDb: ownDb,
    chainSqnrDb: chainDb,
    residual,
    reason: tensorBytes.has(name) ? reason : `${reason}: folded into the kernel before it`,
    weights: stored.encoding === 'raw' ? null : weightErrorReport(before, stored, channelAxes),
    sensitivity: null,
    verdict:
      bits === null || quantizer === undefined
        ? null
        : verdictOf(layer, {
            bits,
            expectedDb: quantizer.gaussianDb[bits]!,
            roundingDb: residual === null ? weightsDb : residual > 0 ? -10 * Math.log10(residual) : null,
            trained: residual !== null,
            outputDb: ownDb,
          }),
  };
}

function verdictOf(layer: string, evidence: LayerEvidence): Verdict {
  const found = findBottleneck(evidence);
  if (found === null) return { level: 'none', rank: null, reason: null, remedies: [] };
  const { reason, bits } = found;
  const remedy = {
    kind: 'bits' as const,
    bits,
    text: `${layer} at ${bits} bits`,
    option: `--layer '${layer}=${bits}'`,
    gainPoints: null,
    gainError: null,
    gainDivergence: null,
    bytes: null,
  };
  return { level: 'bottleneck', rank: null, reason, remedies: [remedy] };
}

import { type NamedTensor, sizeOf } from '../core/index.js';
import { expandTensor, type StoredTensor } from '../pack/index.js';
import { findBottleneck } from '../plan/index.js';
import { type FittedGrid, sqnrDb } from '../quantize/index.js';
import type { LayerReport } from '../report/index.js';
import type { PlanByName } from './rounding.js';
import type { Subject, SubjectWeight } from './subject.js';

/** What became of a model's weights, by weight name. */
export interface Outcome {
  readonly before: readonly NamedTensor[];
  readonly fitted: ReadonlyMap<string, FittedGrid>;
  readonly stored: readonly StoredTensor[];
  readonly tensorBytes: ReadonlyMap<string, number>;
  readonly outputSqnr: ReadonlyMap<string, number | null>;
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
  { name, layer, kind, shape }: SubjectWeight,
  plan: PlanByName,
  before: NamedTensor,
  stored: StoredTensor,
  { fitted, tensorBytes, outputSqnr, residuals }: Outcome,
): LayerReport {
  const params = sizeOf(shape);
  const packedBytes = tensorBytes.get(name)!;
  const { bits, reason } = plan.get(name)!;
  const quantizer = fitted.get(name)?.quantizer;
  const weightsDb = stored.encoding === 'raw' ? null : sqnrDb(before.values, expandTensor(stored).values);
  const outputDb = outputSqnr.get(name) ?? null;
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
    outputSqnrDb: outputDb,
    residual,
    reason,
    bottleneck:
      bits === null || quantizer === undefined
        ? null
        : findBottleneck({
            layer,
            bits,
            expectedDb: quantizer.gaussianDb[bits]!,
            roundingDb: residual === null ? weightsDb : residual > 0 ? -10 * Math.log10(residual) : null,
            trained: residual !== null,
            outputDb,
          }),
  };
}

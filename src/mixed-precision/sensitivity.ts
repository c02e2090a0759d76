import { setImmediate } from 'node:timers/promises';
import { type NamedTensor, silent, throwIfAborted } from '../core/index.js';
import { tf } from '../engine/index.js';
import { expandTensor } from '../pack/index.js';
import type { Bits } from '../quantize/index.js';
import { type Evaluation, measuredAtOnce, readInputs, valuesInSample } from '../session/index.js';
import { createProbe, type Probe, type ProbeStatistics } from './probe.js';
import type { KernelChoices } from './width-choices.js';

/** Cost of each kernel at each width, by name: divergence from the float model's predictions, in nats per sample. */
export type Sensitivity = ReadonlyMap<string, ReadonlyMap<Bits, number>>;

/** BatchNorm statistics of a probe, and the weights around which it measures. */
export interface ProbePoint {
  /** One, or both: then the geometric mean of the two costs counts. */
  readonly statistics: readonly ProbeStatistics[];
  /** All weights of a model that was trained; left out: the float model's. */
  readonly weights?: readonly NamedTensor[] | undefined;
}

const SAMPLES = { least: 128, most: 512 };
/** Most samples times measurements: a few seconds for ResNet-8. */
const MAX_EVALUATIONS = 2 ** 15;
const BATCH = 128;
const MIN_BATCH = 8;
/** Most values in a batch: the samples stay in memory beside its activations. */
const MAX_BATCH_VALUES = 2 ** 22;

/**
 * Measures on training samples what each kernel's rounding does to the model's predictions, one kernel at a
 * time.
 *
 * Around a trained model the rounding error of the float kernel is added to each kernel, since rounding the
 * trained one again to its own width would cost nothing. There an error can improve the predictions by chance,
 * so it is applied with both signs, and the mean counts.
 *
 * @returns 0 or more, for every width of `kernels`; 0 throughout for a kernel with one width.
 * @see docs/decisions/0007-mixed-precision.md, for why both statistics.
 */
export async function measureSensitivity(
  evaluation: Evaluation,
  kernels: readonly KernelChoices[],
  { statistics, weights }: ProbePoint,
): Promise<Sensitivity> {
  const { onProgress = silent, signal } = evaluation;
  const open = kernels.filter(({ widths }) => widths.length > 1);
  const roundings = open.flatMap(({ kernel, widths }) => widths.map((width) => ({ kernel, ...width })));
  const total = statistics.length * roundings.length;
  const what = `sensitivity of ${open.length} kernels`;
  const batches = await readBatches(evaluation, sampleCount(total));
  const found = new Map(kernels.map((choices) => [choices.kernel.name, beforeMeasuring(choices)]));
  let done = 0;
  try {
    for (const each of statistics) {
      const probe = await createProbe(evaluation, each);
      const measure = await measurementOf(probe, batches, weights);
      try {
        for (const { kernel, bits, rounded } of roundings) {
          throwIfAborted(signal);
          onProgress({ kind: 'measuring', what, done: done++, total });
          await setImmediate();
          const cost = await measure.costOf(kernel, expandTensor(rounded));
          const costs = found.get(kernel.name)!;
          costs.set(bits, costs.get(bits)! * cost ** (1 / statistics.length));
        }
      } finally {
        measure.dispose();
        probe.dispose();
      }
    }
    return found;
  } finally {
    tf.dispose(batches.flat());
  }
}

/** Creates the start of a product of costs: 1; 0 for a kernel with one width, which costs nothing. */
const beforeMeasuring = ({ widths }: KernelChoices) =>
  new Map<Bits, number>(widths.map(({ bits }) => [bits, widths.length > 1 ? 1 : 0]));

/** Measures the cost of kernel errors around one point. */
interface CostMeasurement {
  /** 0 or more. */
  costOf(kernel: NamedTensor, rounded: NamedTensor): Promise<number>;
  dispose(): void;
}

async function measurementOf(
  { divergence, replace }: Probe,
  batches: readonly tf.Tensor[][],
  weights: readonly NamedTensor[] | undefined,
): Promise<CostMeasurement> {
  const reference: tf.Tensor[][] = [];
  for (const inputs of batches) reference.push(await divergence.logits(inputs));
  const mean = async (): Promise<number> => {
    let sum = 0;
    for (const [index, inputs] of batches.entries()) sum += await divergence.from(reference[index]!, inputs);
    return sum / batches.length;
  };
  for (const weight of weights ?? []) replace(weight);
  const now = new Map(weights?.map((weight) => [weight.name, weight]));
  const signs = weights === undefined ? [1] : [1, -1];
  const base = await mean();
  return {
    costOf: async (kernel, rounded) => {
      const own = now.get(kernel.name) ?? kernel;
      let cost = -base;
      for (const sign of signs) {
        replace({ ...kernel, values: moved(own, kernel, rounded, sign) });
        cost += (await mean()) / signs.length;
      }
      replace(own);
      return Math.max(0, cost);
    },
    dispose: () => tf.dispose(reference.flat()),
  };
}

/** Computes the number of samples that a number of evaluations leaves time for. */
function sampleCount(evaluations: number): number {
  const affordable = Math.floor(MAX_EVALUATIONS / Math.max(1, evaluations));
  return Math.min(SAMPLES.most, Math.max(SAMPLES.least, affordable));
}

/** Reads batches of one size, since BatchNorm's statistics depend on the batch. */
function readBatches(evaluation: Evaluation, most: number): Promise<tf.Tensor[][]> {
  const { liveModel, samples } = evaluation;
  const limit = Math.min(most, samples.training.order.length);
  const fitting = Math.floor(MAX_BATCH_VALUES / valuesInSample(liveModel, samples.training));
  const wanted = Math.min(BATCH, limit, Math.max(MIN_BATCH, fitting));
  const batchSize = measuredAtOnce(liveModel, samples.training, wanted);
  return readInputs({ ...evaluation, limit }, samples.training, batchSize, 'drop');
}

/** `own + sign * (rounded - float)`: what a kernel is now, with the error of its rounding. */
function moved(own: NamedTensor, float: NamedTensor, rounded: NamedTensor, sign: number): Float32Array {
  return Float32Array.from(
    own.values,
    (value, index) => value + sign * (rounded.values[index]! - float.values[index]!),
  );
}

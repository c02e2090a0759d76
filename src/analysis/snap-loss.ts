import type { NamedTensor } from '../core/index.js';
import { tf } from '../engine/index.js';
import type { MetricAccumulator } from '../metrics/index.js';
import type { Evaluation } from '../session/index.js';
import { scoreOf } from './gains.js';
import { tensorsOf } from './replacements.js';
import { runTrials } from './trials.js';

/**
 * Measures the task loss caused by putting each kernel on its grid: the packed model's loss, minus that with
 * this kernel as training left it.
 *
 * @param packed     All tensors as they come out of the packed file.
 * @param unsnapped  The kernels before they were put on their grid; if none, nothing is measured.
 * @returns Differences by kernel, in the unit of the loss; below 0 where the grid happens to be better.
 */
export async function measureSnapLoss(
  evaluation: Evaluation,
  packed: readonly NamedTensor[],
  unsnapped: ReadonlyMap<string, Float32Array>,
): Promise<ReadonlyMap<string, number>> {
  const kernels = packed.flatMap((tensor) => {
    const values = unsnapped.get(tensor.name);
    return values === undefined ? [] : [{ ...tensor, dtype: 'float32' as const, values }];
  });
  if (kernels.length === 0) return new Map();
  const base = tensorsOf(packed);
  const before = tensorsOf(kernels);
  try {
    const variants = [...before].map((kernel) => new Map([kernel]));
    const [trial] = await runTrials(evaluation, [{ base, variants }], 'the cost of snapping to the grid');
    const loss = (model: MetricAccumulator) => scoreOf(model, 0).loss;
    const packedLoss = loss(trial!.base);
    return new Map(kernels.map(({ name }, index) => [name, packedLoss - loss(trial!.variants[index]!)]));
  } finally {
    tf.dispose([...base.values(), ...before.values()]);
  }
}

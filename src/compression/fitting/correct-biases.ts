import { expandTensor, type StoredTensor } from '../../pack/index.js';
import type { LiveGraphModel } from '../../session/index.js';
import { type PlanByName, pinnedIn } from '../file/rounding.js';
import { learnsVectors } from './graph-student.js';
import type { CompressionJob } from './job.js';
import type { QuantizedModel } from './quantized-model.js';
import { tune } from './tuning.js';

/**
 * Trains what a rounded graph has besides its kernels, whose codes stay: biases take up what rounding moved on average.
 *
 * They are so few that a small number of samples, or samples unlike real ones, don't lead them astray as they do kernels.
 *
 * @returns The rounded graph where it has nothing but kernels.
 * @see Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, arXiv:1906.04721, section 4.2.
 */
export async function correctBiases(
  job: CompressionJob,
  float: LiveGraphModel,
  rounded: QuantizedModel,
): Promise<QuantizedModel> {
  const kernels = new Set(rounded.grids.keys());
  if (!learnsVectors(float, new Set([...kernels, ...pinnedIn(rounded.plan)]))) return rounded;
  job.controls.onProgress?.({ kind: 'stage', text: 'training the biases alone, beside rounded kernels' });
  const begun = { ...float, loaded: { ...float.loaded, weights: rounded.stored.map(expandTensor) } };
  const plan = withoutGrids(rounded.plan, kernels);
  const { weights, ...tuned } = await tune(withoutSize(job), {
    liveModel: begun,
    plan,
    grids: new Map(),
  });
  const stored = rounded.stored.map((each, index): StoredTensor => {
    return each.encoding === 'raw' ? { ...each, values: weights[index]!.values } : each;
  });
  return { ...rounded, stored, tuned };
}

/** A job that brings its file to no size: the codes stay, and so does what they take. */
const withoutSize = ({ filling: _, ...job }: CompressionJob): CompressionJob => ({
  ...job,
  options: { ...job.options, entropyPenalty: 0 },
});

/** The plan of a training that leaves kernels where they are. */
function withoutGrids(plan: PlanByName, kernels: ReadonlySet<string>): PlanByName {
  return new Map(
    Array.from(plan, ([name, planned]) => [
      name,
      kernels.has(name) ? { ...planned, grid: null, pinned: true } : planned,
    ]),
  );
}

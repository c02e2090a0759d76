import type { NamedTensor } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import { ColumnMoments, inputTensors, measure, type OutputHead, takeOutputs } from '../../metrics/index.js';
import {
  iterateBatches,
  type LiveGraphModel,
  type LiveModel,
  measuredAtOnce,
  openModel,
  resolvedInputs,
  type SampleSet,
  type Samples,
} from '../../session/index.js';
import { featuresTeach } from './features-teach.js';
import type { CompressionJob } from './job.js';

/** Samples, spread over all of them, that the nodes' units are measured on. */
const UNIT_SAMPLES = 64;
const BATCH = 16;

/**
 * Lists the nodes or layers inside a model at which a student is held against its teacher, beside its outputs.
 *
 * A graph has them where its outputs have to be awaited, where biases alone are trained, and where inputs are synthesised;
 * layers have them where inputs are synthesised, and where real ones are few, unless it gives values: the outputs of a
 * classifier alone tell too little then.
 *
 * @param trainsKernels  Whether it has kernels that are trained.
 * @see Romero et al. 2015, FitNets, arXiv:1412.6550, section 2.2.
 */
export function watchedIn(
  { options, samples }: Pick<CompressionJob, 'options' | 'samples'>,
  { kind, step, watched }: LiveModel,
  trainsKernels: boolean,
): readonly string[] {
  if (featuresTeach(kind, options, samples)) return watched.all;
  return kind === 'graph' && (step === null || !trainsKernels) ? watched.all : [];
}

/** How nodes or layers inside a model are read: as plain values. */
export const headsInside = (names: readonly string[]): OutputHead[] =>
  names.map((name) => ({
    name,
    shape: [],
    layer: null,
    kind: 'linear',
    logits: false,
    decision: null,
    loss: 'mse',
  }));

/** How often all that is watched counts as much as an output, by the kind of model (docs/decisions/0003). */
const SHARES: Readonly<Record<LiveModel['kind'], number>> = { graph: 1, layers: 4 };

/**
 * The unit of the squared error at each of these: the variance of the float model's values there over the training samples,
 * times their number, over how often all of them together count as much as an output.
 */
export async function watchedUnits(
  liveModel: LiveModel,
  { training, ranges }: Pick<Samples, 'training' | 'ranges'>,
  nodes: readonly string[],
): Promise<Float32Array[]> {
  const moments = nodes.map(() => new ColumnMoments());
  const step = Math.max(1, Math.ceil(training.order.length / UNIT_SAMPLES));
  const spread = { ...training, order: training.order.filter((_, index) => index % step === 0) };
  const predict = liveModel.forwardTo([...nodes]);
  const inputs = resolvedInputs(liveModel, training);
  for await (const batch of iterateBatches(spread, ranges, measuredAtOnce(liveModel, spread, BATCH))) {
    const tensors = inputTensors(batch, { inputs });
    const outputs = await takeOutputs(await predict(tensors));
    tf.dispose(tensors);
    for (const [index, { values, width }] of outputs.entries()) moments[index]!.add(values, width);
  }
  return moments.map((each) => {
    const variances = each.variations().map((variation) => variation / each.rows);
    const mean = variances.reduce((total, variance) => total + variance, 0) / variances.length;
    return Float32Array.of((nodes.length / SHARES[liveModel.kind]) * unitOf(mean));
  });
}

/** Least and largest variance in which errors are counted: float32 squares neither much smaller nor much larger ones well. */
const VARIANCES = { least: 1e-12, most: 1e12 };

/** An endless unit leaves out what hardly varies or is far too large; what doesn't vary at all may not be moved either. */
function unitOf(variance: number): number {
  if (variance === 0) return 1;
  return variance >= VARIANCES.least && variance <= VARIANCES.most ? variance : Number.POSITIVE_INFINITY;
}

/**
 * Energy of the error of weights at the last of a graph's watched nodes over that of the float model's values; null: these
 * don't vary.
 *
 * It stands for that of the outputs where these have other sizes from sample to sample.
 */
export async function watchedNoise(
  { samples: { ranges } }: CompressionJob,
  float: LiveGraphModel,
  weights: readonly NamedTensor[],
  on: SampleSet,
): Promise<number | null> {
  const other = await openModel({ ...float.loaded, weights });
  try {
    if (other.kind !== 'graph') throw new Error('the same model is of another kind');
    const unlabelled = { ...on, dataset: { ...on.dataset, labels: { kind: 'none' as const } } };
    const nodes = [...float.watched.last];
    const { models } = await measure(
      {
        models: [float, other].map((each) => each.forwardTo(nodes)),
        inputs: resolvedInputs(float, on),
        heads: headsInside(nodes),
      },
      iterateBatches(unlabelled, ranges, measuredAtOnce(float, on, BATCH)),
    );
    return models[1]!.noise;
  } finally {
    other.dispose();
  }
}

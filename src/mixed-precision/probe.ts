import type { NamedTensor } from '../core/index.js';
import {
  type Engine,
  fuseBatchNorm,
  nestedLayers,
  replaceConstant,
  tf,
  variableOf,
} from '../engine/index.js';
import { headsOnCopy, type OutputHead } from '../metrics/index.js';
import { withOutputMasks } from '../model/index.js';
import { type Evaluation, type LiveLayersModel, type LiveModel, openModel } from '../session/index.js';
import {
  awaitedDivergence,
  createDivergence,
  type Divergence,
  leaveNoTrace,
  outputsOf,
} from '../train/index.js';

/** A copy of a model whose weights can be replaced, to measure the effect on its predictions. */
export interface Probe {
  readonly divergence: Divergence;
  replace(weight: NamedTensor): void;
  dispose(): void;
}

/** BatchNorm by the batch, as in training, so that errors it compensates don't count; or by its averages. */
export type ProbeStatistics = 'batch' | 'moving';

/** Sets up a copy of the float model; the caller disposes of it. */
export async function createProbe(
  { liveModel: { loaded }, samples, engine }: Pick<Evaluation, 'liveModel' | 'samples' | 'engine'>,
  statistics: ProbeStatistics,
): Promise<Probe> {
  const copy = await openModel(loaded);
  const heads = headsOnCopy(samples.heads, copy.sources);
  return copy.kind === 'layers' ? layersProbe(copy, heads, engine, statistics) : graphProbe(copy, heads);
}

function layersProbe(
  { model, weights }: LiveLayersModel,
  heads: readonly OutputHead[],
  engine: Engine,
  statistics: ProbeStatistics,
) {
  const training = statistics === 'batch';
  if (training) {
    leaveNoTrace(nestedLayers(model));
    fuseBatchNorm(model);
  }
  const variables = new Map(weights.map(({ name, variable }) => [name, variableOf(variable)]));
  const predict = (inputs: tf.Tensor[]) => {
    const { result, masks } = withOutputMasks(model, () => outputsOf(model, inputs, training));
    return { outputs: result, masks };
  };
  const divergence = createDivergence(predict, heads, [...variables.values()], engine.compileStep);
  return {
    divergence,
    replace: ({ name, values, shape, dtype }: NamedTensor) =>
      tf.tidy(() => variables.get(name)!.assign(tf.tensor(values, [...shape], dtype))),
    dispose: () => {
      divergence.dispose();
      model.dispose();
    },
  };
}

/** Sets up a probe of a graph, not compiled: a compiled step would take its weights as constants. */
function graphProbe(
  { model, predict }: Extract<LiveModel, { kind: 'graph' }>,
  heads: readonly OutputHead[],
): Probe {
  const divergence = awaitedDivergence(predict, heads);
  return {
    divergence,
    replace: ({ name, values, shape, dtype }) =>
      // tf.keep, so that it outlives the scope that it is made in.
      tf.dispose(replaceConstant(model, name, [tf.keep(tf.tensor(values, [...shape], dtype))])),
    dispose: () => {
      divergence.dispose();
      model.dispose();
    },
  };
}

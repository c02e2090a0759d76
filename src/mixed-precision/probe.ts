import type { NamedTensor } from '../core/index.js';
import { compileEagerly, type Engine, fuseBatchNorm, nestedLayers, tf, variableOf } from '../engine/index.js';
import { type LiveLayersModel, type LiveModel, openModel } from '../session/index.js';
import { createDivergence, type Divergence, leaveNoTrace, outputsOf } from '../train/index.js';

/** A copy of a model whose weights can be replaced, to see what that does to its answers. */
export interface Probe {
  readonly divergence: Divergence;
  replace(weight: NamedTensor): void;
  dispose(): void;
}

/** BatchNorm by the batch, as in training, so that what it makes good doesn't count; or by its averages. */
export type ProbeStatistics = 'batch' | 'moving';

/** Sets up a copy of the float model; the caller disposes of it. */
export async function createProbe(
  { loaded }: LiveModel,
  engine: Engine,
  statistics: ProbeStatistics,
): Promise<Probe> {
  const copy = await openModel(loaded);
  return copy.kind === 'layers' ? layersProbe(copy, engine, statistics) : graphProbe(copy);
}

function layersProbe(
  { model, weights, heads }: LiveLayersModel,
  engine: Engine,
  statistics: ProbeStatistics,
) {
  const training = statistics === 'batch';
  if (training) {
    leaveNoTrace(nestedLayers(model));
    fuseBatchNorm(model);
  }
  const variables = new Map(weights.map(({ name, variable }) => [name, variableOf(variable)]));
  const predict = (inputs: tf.Tensor[]) => outputsOf(model, inputs, training);
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

/** A graph's weights are constants to a compiled step, so that it runs op by op. */
function graphProbe({ model, predict, heads }: Extract<LiveModel, { kind: 'graph' }>): Probe {
  const divergence = createDivergence(predict, heads, [], compileEagerly);
  return {
    divergence,
    replace: ({ name, values, shape, dtype }) => {
      tf.dispose(model.weights[name]!);
      // Kept, since the graph frees what it doesn't know to be a weight.
      model.weights[name] = [tf.keep(tf.tensor(values, [...shape], dtype))];
    },
    dispose: () => {
      divergence.dispose();
      model.dispose();
    },
  };
}

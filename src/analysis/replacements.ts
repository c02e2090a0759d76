import type { NamedTensor } from '../core/index.js';
import { CallCache, replaceConstant, tf, withWeights } from '../engine/index.js';
import type { LiveGraphModel, LiveLayersModel, LiveModel } from '../session/index.js';
import { GraphReplay } from './graph-replay.js';

/** Tensors that stand in for a model's own, by weight name. */
export type Replacement = ReadonlyMap<string, tf.Tensor>;

/** Creates tensors by name; the caller disposes of them. */
export function tensorsOf(tensors: readonly NamedTensor[]): Replacement {
  return new Map(
    tensors.map(({ name, values, shape, dtype }) => [name, tf.tensor(values, [...shape], dtype)]),
  );
}

/** Picks the replacement of one weight. */
export function pick(replacement: Replacement, name: string): Replacement {
  return new Map([[name, replacement.get(name)!]]);
}

/** A model with some of its weights replaced, on one batch at a time. */
export interface ReplacedModel {
  /** Runs the batch with `base`; `run` then replaces further weights on top of it. */
  start(inputs: tf.Tensor[], base: Replacement): Promise<tf.Tensor[]>;
  /** Runs the same batch with `own` in place of some of the base's weights. */
  run(own: Replacement): Promise<tf.Tensor[]>;
  /** Frees the tensors kept for the batch. */
  finish(): void;
}

/** All that lies before the first replaced weight is computed once a batch. */
export function replacedModel(liveModel: LiveModel): ReplacedModel {
  return liveModel.kind === 'layers' ? layersModel(liveModel) : graphModel(liveModel);
}

function layersModel({ model, weights, step }: LiveLayersModel): ReplacedModel {
  const variables = new Map(weights.map(({ name, variable }) => [name, variable]));
  const owners = new Map(
    weights.map(({ name, variable }) => [
      name,
      // A nested model or a wrapper counts as one layer.
      model.layers.find((layer) => layer.weights.includes(variable))!,
    ]),
  );
  let cache = new CallCache(model.layers);
  let [inputs, base]: [tf.Tensor[], Replacement] = [[], new Map()];
  const withReplaced = (replaced: Replacement) =>
    withWeights(
      [...replaced].map(([name, value]) => ({ weight: variables.get(name)!, value })),
      () => step(inputs),
    );
  return {
    start: async (batch, replaced) => {
      [inputs, base] = [batch, replaced];
      return tf.tidy(() => cache.record(inputs, () => withReplaced(base)));
    },
    run: async (own) => {
      const changed = new Set([...own.keys()].map((name) => owners.get(name)!));
      return tf.tidy(() => cache.replay(changed, () => withReplaced(new Map([...base, ...own]))));
    },
    finish: () => {
      cache.dispose();
      cache = new CallCache(model.layers);
    },
  };
}

function graphModel(liveModel: LiveGraphModel): ReplacedModel {
  const { model, predict } = liveModel;
  const outputs = model.outputs.map(({ name }) => name);
  const questions = liveModel.weights
    .filter(({ role }) => role === 'kernel')
    .map(({ name }) => ({ changed: [name], outputs }));
  const replay = new GraphReplay(liveModel);
  let [inputs, base]: [tf.Tensor[], Replacement] = [[], new Map()];
  return {
    start: (batch, replaced) => {
      [inputs, base] = [batch, replaced];
      return withConstants(model, Object.fromEntries(base), () =>
        replay.record(questions, () => predict(inputs)),
      );
    },
    run: (own) =>
      withConstants(model, Object.fromEntries([...base, ...own]), () =>
        replay.replay(own.keys(), () => predict(inputs)),
      ),
    finish: () => replay.dispose(),
  };
}

/** Runs `run` while the graph reads `replaced` in place of its own constants. */
export async function withConstants<Result>(
  model: tf.GraphModel,
  replaced: tf.NamedTensorMap,
  run: () => Promise<Result>,
): Promise<Result> {
  const own = new Map<string, tf.Tensor[]>();
  try {
    for (const [name, value] of Object.entries(replaced)) {
      if (model.weights[name] === undefined) continue;
      // tf.keep, so that they outlive the scope that they are made in.
      own.set(name, replaceConstant(model, name, [tf.keep(value.clone())]));
    }
    return await run();
  } finally {
    for (const [name, tensors] of own) tf.dispose(replaceConstant(model, name, tensors));
  }
}

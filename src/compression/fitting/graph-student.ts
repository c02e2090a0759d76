import { type PathsBack, pathsBack, replaceConstant, tf, withEndedPaths } from '../../engine/index.js';
import type { OutputHead } from '../../metrics/index.js';
import { trainedConstants } from '../../model/index.js';
import { computeOutputs, knownSizes, type LiveGraphModel } from '../../session/index.js';
import type { StudentModel, TeacherModel } from '../../train/index.js';
import type { GraphNormalizers } from './graph-normalizers.js';
import { stepUnits } from './step-units.js';
import type { TiedKernels } from './tied-kernels.js';
import { headsInside } from './watched.js';

/** Nodes of a graph that training runs to, and how their values are read. */
export interface TrainedOutputs {
  readonly nodes: readonly string[];
  readonly heads: readonly OutputHead[];
  /** Those that tell how good a state is, as whoever uses the model has them. */
  readonly scored: readonly string[];
}

/**
 * The nodes that training runs to: the graph's outputs before their softmax or sigmoid, whose logarithm may have no
 * gradient, then those inside it that are watched.
 *
 * Outputs that have to be awaited are left out: no gradient leads back from them, and the watched nodes stand for them.
 */
export function trainedOutputs(
  {
    model,
    activations,
    step,
    watched: { last },
  }: Pick<LiveGraphModel, 'model' | 'activations' | 'step' | 'watched'>,
  heads: readonly OutputHead[],
  watched: readonly string[],
): TrainedOutputs {
  if (step === null) return { nodes: watched, heads: headsInside(watched), scored: last };
  const opened = heads.map((head, index) => {
    const { logits } = activations[index]!;
    return logits === null || head.logits || head.kind === 'linear' ? null : logits;
  });
  const nodes = opened.map((logits, index) => logits ?? model.outputs[index]!.name);
  return {
    nodes: [...nodes, ...watched],
    heads: [
      ...heads.map((head, index) => (opened[index] === null ? head : { ...head, logits: true })),
      ...headsInside(watched),
    ],
    scored: model.outputs.map(({ name }) => name),
  };
}

/** Sets a graph up to teach. */
export function graphTeacher(
  { model }: LiveGraphModel,
  { nodes }: TrainedOutputs,
  normalizers: GraphNormalizers | null,
): TeacherModel {
  return {
    layers: normalizers?.floatLayers ?? [],
    run: (inputs) => computeOutputs(model, inputs, [...nodes]),
    blocks: () => [],
  };
}

/** A graph that learns. */
export interface GraphStudent extends StudentModel {
  /** The variables by the names of their constants; tied ones share theirs. */
  readonly byName: ReadonlyMap<string, tf.Variable>;
  /** Names of the constants that no gradient reaches, and the kernels of tfjs that it ends at. */
  readonly unreached: ReadonlySet<string>;
  readonly endedAt: ReadonlySet<string>;
}

/**
 * Sets a copy of a graph up to learn: the constants that a training moves become variables.
 *
 * @param learning     Names of these.
 * @param normalizers  Those that were put into it; null: there is none.
 * @param tied         Those that repeat another one, and share its variable.
 */
export function graphStudent(
  live: LiveGraphModel,
  outputs: TrainedOutputs,
  {
    learning,
    normalizers,
    tied,
  }: {
    readonly learning: ReadonlySet<string>;
    readonly normalizers: GraphNormalizers | null;
    readonly tied: TiedKernels;
  },
): GraphStudent {
  const { model, loaded, weights } = live;
  const names = [...learning];
  const firsts = names.filter((name) => !tied.has(name));
  const byFirst = new Map(firsts.map((name) => [name, intoVariable(model, name)]));
  const byName = new Map(names.map((name) => [name, byFirst.get(tied.get(name) ?? name)!]));
  for (const name of tied.keys()) tf.dispose(replaceConstant(model, name, [byName.get(name)!]));
  const run = (inputs: tf.Tensor[]): tf.Tensor[] =>
    withEndedPaths(() => computeOutputs(model, inputs, [...outputs.nodes]));
  const constants = [...byFirst.values()];
  const replace = (wanted: tf.Variable, value: tf.Tensor) => {
    for (const [name, variable] of byName) if (variable === wanted) replaceConstant(model, name, [value]);
  };
  const { reached, endedAt } = pathsThrough(live, outputs.nodes, constants);
  const normalized = <Result>(by: 'batch' | 'moving', body: () => Result): Result =>
    normalizers === null ? body() : normalizers.in(by, body);
  return {
    byName,
    unreached: new Set(names.filter((name) => !reached.has(byName.get(name)!))),
    endedAt,
    variables: [...constants, ...(normalizers?.variables ?? [])],
    layers: normalizers?.layers ?? [],
    batch: live.batch,
    trained: () => [
      ...constants.filter((variable) => reached.has(variable)),
      ...(normalizers?.deviations ?? []),
    ],
    run: (inputs, mode) => ({
      outputs: normalized(mode === 'prediction' ? 'moving' : 'batch', () => run(inputs)),
      masks: outputs.nodes.map(() => null),
    }),
    predict: (inputs) => normalized('moving', () => computeOutputs(model, inputs, [...outputs.scored])),
    withReplaced: (replacements, body) => {
      for (const { variable, value } of replacements) replace(variable, value);
      try {
        return body();
      } finally {
        for (const { variable } of replacements) replace(variable, variable);
      }
    },
    stepUnits: () => {
      const units = stepUnits(
        weights.filter(({ name }) => byFirst.has(name)),
        loaded.weights,
      );
      return new Map([
        ...[...units].map(([name, unit]) => [byName.get(name)!, unit] as const),
        ...(normalizers?.stepUnits() ?? []),
      ]);
    },
    blocks: () => [],
    deadChannelMasks: () => new Map(),
  };
}

/** The constants of a graph that a training moves, but for those that stay; names. */
export function learningConstants(
  { loaded: { topology, weights } }: Pick<LiveGraphModel, 'loaded'>,
  staying: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set([...trainedConstants(topology, weights)].filter((name) => !staying.has(name)));
}

/** Whether a graph has constants that a training moves besides those that stay. */
export const learnsVectors = (graph: LiveGraphModel, staying: ReadonlySet<string>): boolean =>
  learningConstants(graph, staying).size > 0;

/** Puts a variable of the same value in the place of a constant. */
function intoVariable(model: tf.GraphModel, name: string): tf.Variable {
  const constant = model.weights[name]![0]!;
  const variable = tf.variable(constant);
  tf.dispose(replaceConstant(model, name, [variable]));
  return variable;
}

/**
 * Finds out to which constants of a graph, or variables in their place, gradients of some nodes lead back.
 *
 * @param nodes  Names.
 */
export function pathsThrough<Source extends tf.Tensor>(
  { model, inputs, batch }: Pick<LiveGraphModel, 'model' | 'inputs' | 'batch'>,
  nodes: readonly string[],
  sources: readonly Source[],
): PathsBack<Source> {
  const zeros = () => inputs.map(({ shape, dtype }) => tf.zeros([batch ?? 1, ...knownSizes(shape)], dtype));
  return pathsBack(() => (nodes.length === 0 ? [] : computeOutputs(model, zeros(), [...nodes])), sources);
}

import type { NamedTensor } from '../../core/index.js';
import type { OutputHead } from '../../metrics/index.js';
import { withoutFusedDilation } from '../../model/index.js';
import { type LiveGraphModel, openModel } from '../../session/index.js';
import { type GraphStudent, graphStudent, graphTeacher, trainedOutputs } from './graph-student.js';
import type { ModelsInTraining } from './models-in-training.js';

/**
 * Copies a graph to train it.
 *
 * @param pinned   Names of the weights that stay as they are.
 * @param watched  Nodes at which the copy is held against the graph, beside its outputs.
 */
export async function copyGraph(
  liveModel: LiveGraphModel,
  heads: readonly OutputHead[],
  pinned: ReadonlySet<string>,
  watched: readonly string[],
): Promise<ModelsInTraining> {
  const { loaded } = liveModel;
  // For the gradient alone: the file gets the graph that came in.
  const copy = await openModel({ ...loaded, topology: withoutFusedDilation(loaded.topology) });
  if (copy.kind !== 'graph') throw new Error('a copy is of another kind');
  const outputs = trainedOutputs(copy, heads, watched);
  const student = graphStudent(copy, outputs, pinned);
  return {
    student,
    teacher: graphTeacher(liveModel, outputs),
    studentHeads: outputs.heads,
    teacherHeads: outputs.heads,
    variables: student.byName,
    notes: notesOn(liveModel, student, pinned),
    weights: () => learnedWeights(liveModel, student),
    dispose: copy.dispose,
  };
}

/** Names that a note has at most. */
const MAX_NAMES = 3;

/** Says which kernels can't be trained, and why. */
function notesOn(
  { weights }: LiveGraphModel,
  { byName, unreached, endedAt }: GraphStudent,
  pinned: ReadonlySet<string>,
): string[] {
  const kernels = weights
    .filter(({ name, role }) => role === 'kernel' && !pinned.has(name))
    .map(({ name }) => name);
  const inLoops = kernels.filter((name) => !byName.has(name));
  const behind = kernels.filter((name) => unreached.has(name));
  return [
    ...(behind.length === 0
      ? []
      : [
          `only rounded, since no gradient leads back past ${[...endedAt].join(', ') || 'the outputs'}: ${listed(behind)}`,
        ]),
    ...(inLoops.length === 0
      ? []
      : [`only rounded, since they are part of a loop or a branch: ${listed(inLoops)}`]),
  ];
}

function listed(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The weights of a graph that has learned, in the order of those that came in. */
function learnedWeights({ loaded }: LiveGraphModel, { byName }: Pick<GraphStudent, 'byName'>): NamedTensor[] {
  return loaded.weights.map((weight): NamedTensor => {
    const variable = byName.get(weight.name);
    return variable === undefined
      ? weight
      : { ...weight, dtype: 'float32', values: Float32Array.from(variable.dataSync()) };
  });
}

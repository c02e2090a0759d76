import type { NamedTensor } from '../../core/index.js';
import type { tf } from '../../engine/index.js';
import type { OutputHead } from '../../metrics/index.js';
import { withoutFusedDilation } from '../../model/index.js';
import { computeOutputs, type LiveGraphModel, openModel } from '../../session/index.js';
import { GraphNormalizers } from './graph-normalizers.js';
import {
  type GraphStudent,
  graphStudent,
  graphTeacher,
  learningConstants,
  trainedOutputs,
} from './graph-student.js';
import { type CopyOptions, type ModelsInTraining, scaledBy } from './models-in-training.js';
import type { TiedKernels } from './tied-kernels.js';

/** Choices of how a graph is copied. */
export interface GraphCopyOptions extends CopyOptions {
  /** Names of kernels whose products the copy normalizes, where it can. */
  readonly normalized: ReadonlySet<string>;
  /** Kernels that repeat another one, which learn with it. */
  readonly tied: TiedKernels;
}

/** Copies a graph to train it. */
export async function copyGraph(
  liveModel: LiveGraphModel,
  heads: readonly OutputHead[],
  { pinned, watched, normalized, tied }: GraphCopyOptions,
): Promise<ModelsInTraining> {
  const normalizers = await GraphNormalizers.into(liveModel.loaded, normalized);
  const { loaded } = normalizers ?? liveModel;
  // For the gradient alone: the file gets the graph that came in.
  const copy = await openModel(withoutFusedDilation(loaded));
  if (copy.kind !== 'graph') throw new Error('a copy is of another kind');
  const outputs = trainedOutputs(copy, heads, watched);
  // As the graph that came in tells: in the copy a bias may be added to what was put behind its product.
  const learning = learningConstants(liveModel, pinned);
  const student = graphStudent(copy, outputs, { learning, normalizers, tied });
  return {
    student,
    teacher: graphTeacher(liveModel, outputs, normalizers),
    studentHeads: outputs.heads,
    teacherHeads: outputs.heads,
    variables: new Map([...student.byName].filter(([name]) => !tied.has(name))),
    notes: notesOn(liveModel, student, pinned),
    weights: () => learnedWeights(liveModel, student, normalizers),
    ...(normalizers === null
      ? {}
      : {
          factors: () => normalizers.factors(),
          observe: (engine, next) => {
            const run = (inputs: tf.Tensor[]) => computeOutputs(copy.model, inputs, [...outputs.nodes]);
            return normalizers.observe(engine, run, next);
          },
        }),
    dispose: () => {
      copy.dispose();
      normalizers?.dispose();
    },
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

/** The weights of a graph that has learned, in the order of those that came in, its normalizers folded into them. */
function learnedWeights(
  { loaded }: LiveGraphModel,
  { byName }: Pick<GraphStudent, 'byName'>,
  normalizers: GraphNormalizers | null,
): NamedTensor[] {
  const factors = normalizers?.factors();
  const offsets = factors && normalizers?.offsets(factors);
  return loaded.weights.map((weight): NamedTensor => {
    const variable = byName.get(weight.name);
    if (variable === undefined) return weight;
    const values = scaledBy(Float32Array.from(variable.dataSync()), factors?.get(weight.name));
    const offset = offsets?.get(weight.name);
    return {
      ...weight,
      dtype: 'float32',
      values: offset === undefined ? values : values.map((value, index) => value + offset[index]!),
    };
  });
}

import type { PathsBack, tf } from '../../engine/index.js';
import type { LiveGraphModel } from '../../session/index.js';
import { learningConstants, pathsThrough, trainedOutputs } from './graph-student.js';
import type { OpenJob } from './job.js';
import { watchedIn } from './watched.js';

/** Paths that were found out, by graph, and by the nodes and the kind of constants that were asked for. */
const known = new WeakMap<tf.GraphModel, Map<string, PathsBack<tf.Tensor>>>();

/** Finds out which constants of a graph its training would reach: of its kernels, or of the others where it leaves them. */
export function trainedPaths(job: OpenJob, graph: LiveGraphModel): PathsBack<tf.Tensor> {
  const { learning, heads } = job.samples;
  const kernels = new Set(graph.weights.filter(({ role }) => role === 'kernel').map(({ name }) => name));
  const trainsKernels = learning === 'kernels';
  const { nodes } = trainedOutputs(graph, heads, watchedIn(job, graph, trainsKernels));
  const found = known.get(graph.model) ?? new Map<string, PathsBack<tf.Tensor>>();
  known.set(graph.model, found);
  const key = JSON.stringify([trainsKernels, nodes]);
  const before = found.get(key);
  if (before !== undefined) return before;
  const names = [...learningConstants(graph, new Set())].filter(
    (name) => kernels.has(name) === trainsKernels,
  );
  const paths = pathsThrough(
    graph,
    nodes,
    names.map((name) => graph.model.weights[name]![0]!),
  );
  found.set(key, paths);
  return paths;
}

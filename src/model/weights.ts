import type { Edge, Weight } from '../core/index.js';
import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel } from './call-graph.js';
import { callsAtOutputs, edgesOf } from './edges.js';
import { roleOfWeight } from './weight-roles.js';

/** A weight of a layers model in memory. */
export interface LayersWeight extends Weight {
  readonly variable: tf.LayerVariable;
  /** The layer whose `call` reads it: the RNN for a cell's, what a wrapper wraps for a wrapper's. */
  readonly owner: tf.layers.Layer;
}

/**
 * Lists all weights of a layers model in topological order: nested models, wrapped layers and cells included, those
 * of a shared layer once, frozen ones too.
 */
export function findWeights(model: tf.LayersModel): LayersWeight[] {
  const graph = unfoldModel(model);
  const weightsOf = new Map<tf.layers.Layer, PlacelessWeight[]>();
  for (const { layer } of graph.calls) {
    if (!weightsOf.has(layer)) weightsOf.set(layer, describeWeights(layer));
  }
  const hasKernel = ({ layer }: LayerCall) => weightsOf.get(layer)!.some(({ role }) => role === 'kernel');
  const edges = edgesOf(graph, hasKernel);
  const atOutputs = new Set([...callsAtOutputs(graph, hasKernel)].map(({ layer }) => layer));
  const edgeOf = (layer: tf.layers.Layer): Edge => {
    const found = graph.calls.filter((call) => call.layer === layer).map((call) => edges.get(call) ?? null);
    return found.find((edge) => edge === 'first') ?? found.find((edge) => edge === 'last') ?? null;
  };
  return [...weightsOf].flatMap(([layer, weights]) => {
    const edge = edgeOf(layer);
    const atOutput = atOutputs.has(layer);
    return weights.map((weight) => ({ ...weight, edge: weight.role === 'kernel' ? edge : null, atOutput }));
  });
}

/** A weight of which it is not known yet where in the model it is. */
type PlacelessWeight = Omit<LayersWeight, 'edge' | 'atOutput'>;

function describeWeights(layer: tf.layers.Layer): PlacelessWeight[] {
  return ownersOf(layer).flatMap((owner) =>
    owner.weights.map((variable) => {
      const { originalName: name, dtype } = variable;
      const kind = owner.getClassName();
      const shape = variable.shape as number[];
      const role = roleOfWeight(kind, name, shape, dtype);
      return { name, layer: owner.name, kind, shape, channelAxes: [], ...role, variable, owner };
    }),
  );
}

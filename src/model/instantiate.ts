import { describeError, type NamedTensor, QgtError, type Shape, wrapErrors } from '../core/index.js';
import { loadGraphModel } from '../engine/load-graph-model.js';
import { nestedLayers } from '../engine/nested-layers.js';
import { addTensorMethods } from '../engine/tensor-methods.js';
import * as tf from '../engine/tf.js';
import { registerLayers } from '../keras-layers/index.js';
import { checkOutputSizes } from './check-output-sizes.js';
import { withinHeldWeights } from './declared-weights.js';
import { disableDropout } from './disable-dropout.js';
import { withDividedInputs } from './divided-inputs.js';
import { checkOperations } from './graph/check-operations.js';
import { checkSizes } from './graph/check-sizes.js';
import { withKnownControlFlow } from './graph/control-flow.js';
import { withoutRandomValues } from './initial-values.js';
import type { LoadedModel } from './loaded-model.js';
import { withOpenBatch } from './open-batch.js';
import { checkClasses } from './registry.js';
import { everyLayer, nameOf } from './topology/layer-entry.js';
import { rootOf } from './topology/root.js';

/**
 * Makes a layers model, strictly: every weight has a place and every place a weight.
 *
 * It can be called again with other values; the models share nothing, and their layers have the same names.
 *
 * @param weights  Of the same names and shapes as the model's own, which they replace.
 * @throws QgtError `unsupported-layer` for classes that tfjs doesn't know, `bad-model` for all else it refuses.
 */
export async function toLayersModel(
  loaded: LoadedModel,
  weights: readonly NamedTensor[] = loaded.weights,
): Promise<tf.LayersModel> {
  if (loaded.kind !== 'layers') throw wrongKind(loaded, 'a layers model');
  checkClasses(loaded);
  registerLayers(tf);
  addTensorMethods(); // for custom layers
  const model = await loading(loaded, () =>
    withinHeldWeights({ source: loaded.source, weights }, () =>
      tf.loadLayersModel(artifactsOf(loaded, weights)),
    ),
  );
  checkOutputSizes(model, loaded.source);
  // Nothing is dropped here, and an RNN's cell would keep what it has drawn for the first batch, whatever the size.
  disableDropout(nestedLayers(model));
  return model;
}

/** Name and shape of a weight. */
export interface ShapedName {
  readonly name: string;
  readonly shape: Shape;
}

/** The variables of a model in the two orders in which weights are saved. */
export interface VariableOrders {
  /** Layer by layer. */
  readonly inLayers: readonly ShapedName[];
  /** Those that are trained before the others, as tfjs saves them. */
  readonly trainedFirst: readonly ShapedName[];
}

/**
 * Lists the variables that a layers model wants values for, without giving it any.
 *
 * @throws QgtError as `toLayersModel` does.
 */
export async function listVariables(loaded: LoadedModel): Promise<VariableOrders> {
  checkClasses(loaded);
  registerLayers(tf);
  addTensorMethods(); // for custom layers
  const modelTopology = withOpenBatch(withoutRandomValues(loaded.topology)) as Parameters<
    typeof tf.models.modelFromJSON
  >[0];
  const model = await loading(loaded, () =>
    withinHeldWeights(loaded, () => tf.models.modelFromJSON(modelTopology)),
  );
  const named = (variables: readonly tf.LayerVariable[]) =>
    variables.map(({ originalName, shape }) => ({ name: originalName, shape: shape as number[] }));
  const inLayers = new Set(model.layers.flatMap((layer) => layer.weights));
  const found = { inLayers: named([...inLayers]), trainedFirst: named(model.weights) };
  model.dispose();
  return found;
}

/**
 * Makes a graph model.
 *
 * @param weights  Of the same names and shapes as the model's own, which they replace.
 * @throws QgtError `bad-model` for what tfjs refuses or cannot run, and for sizes beyond all memory,
 *   `not-installed` without tfjs-converter.
 */
export async function toGraphModel(
  loaded: LoadedModel,
  weights: readonly NamedTensor[] = loaded.weights,
): Promise<tf.GraphModel> {
  if (loaded.kind !== 'graph') throw wrongKind(loaded, 'a graph model');
  checkSizes(loaded.topology, weights, loaded.source);
  const model = await loading(loaded, () => loadGraphModel(artifactsOf(loaded, weights)));
  try {
    checkOperations(model, new Set(weights.map(({ name }) => name)), loaded.source);
  } catch (refusal) {
    model.dispose();
    throw refusal;
  }
  return model;
}

function artifactsOf(loaded: LoadedModel, weights: readonly NamedTensor[]): tf.io.IOHandler {
  const artifacts: tf.io.ModelArtifacts = {
    ...loaded.metadata,
    format: `${loaded.kind}-model`,
    modelTopology: (loaded.kind === 'layers'
      ? withOpenBatch(withDividedInputs(withoutRandomValues(loaded.topology), loaded.inputDivision))
      : withKnownControlFlow(loaded.topology)) as object,
    weightSpecs: weights.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
    weightData: weights.map(({ values }) => bufferOf(values)).filter(({ byteLength }) => byteLength > 0),
  };
  return { load: async () => artifacts };
}

/** The buffer of values that fill it, or a copy: tfjs takes one for each weight, and all in one would be a copy of all. */
function bufferOf(values: NamedTensor['values']): ArrayBuffer {
  const { buffer, byteLength } = values;
  return (byteLength === buffer.byteLength ? buffer : values.slice().buffer) as ArrayBuffer;
}

const loading = <Model>(loaded: LoadedModel, make: () => Promise<Model>): Promise<Model> =>
  wrapErrors(make, (cause) => {
    if (cause instanceof QgtError) return cause;
    const message = describeError(cause);
    const layer = loaded.kind === 'layers' ? layerIn(message, loaded) : undefined;
    return new QgtError('bad-model', {
      where: layer === undefined ? loaded.source : `${loaded.source}: layer ${layer}`,
      what: `tfjs cannot load it: ${message}`,
      remedy: 'check that topology and weights are of the same model, and export it again',
      cause,
    });
  });

/** The layer that a message of tfjs speaks of: the longest name of one that stands in it. */
function layerIn(message: string, { topology, source }: LoadedModel): string | undefined {
  const words = new Set(message.split(/[^\w.-]+/));
  return [...everyLayer(rootOf(topology, source))]
    .map(nameOf)
    .filter((name) => words.has(name))
    .sort((a, b) => b.length - a.length)[0];
}

function wrongKind({ kind, source }: LoadedModel, expected: string): QgtError {
  return new QgtError('bad-model', {
    where: source,
    what: 'wrong kind of model',
    got: `a ${kind} model`,
    expected,
  });
}

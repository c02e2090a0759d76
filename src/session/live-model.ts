import type { Weight } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { OutputSource, Predict, RowMasks } from '../metrics/index.js';
import {
  featureLayers,
  findGraphWeights,
  findWeights,
  graphInputUses,
  type InputUse,
  inputSpecs,
  type LayersWeight,
  type LoadedModel,
  lastActivations,
  layerInputUses,
  type ModelInput,
  type ModelOutput,
  makesMasks,
  type OutputActivation,
  outputActivations,
  outputSpecs,
  toGraphModel,
  toLayersModel,
  type WatchedNodes,
  watchedNodes,
  withFeatures,
  withOutputMasks,
} from '../model/index.js';
import { outputsOf } from '../train/index.js';
import { type ForwardPass, forwardOf } from './forward-pass.js';
import { type GraphForward, graphForward } from './graph-forward.js';

interface Common extends ForwardPass {
  readonly loaded: LoadedModel;
  readonly inputs: readonly ModelInput[];
  /** Use of each input: tokens, or numbers behind a rescaling. */
  readonly uses: readonly InputUse[];
  readonly outputs: readonly ModelOutput[];
  /** Source of each output, as far as the model tells. */
  readonly sources: readonly OutputSource[];
  /** Which steps of each output are real; absent where the model masks nothing. */
  readonly masks?: RowMasks | undefined;
  /** Nodes or layers by which a copy can be held against it layer by layer. */
  readonly watched: WatchedNodes;
  /** Runs a batch of any size up to some of them, and returns the first output of each. */
  forwardTo(names: string[]): Predict;
  dispose(): void;
}

/** A model in memory that a command works on. */
export type LiveModel =
  | (Common & {
      readonly kind: 'layers';
      readonly step: NonNullable<ForwardPass['step']>;
      readonly model: tf.LayersModel;
      readonly weights: readonly LayersWeight[];
    })
  | (Common & {
      readonly kind: 'graph';
      /** Work of one input, of the sizes that are known; null: it isn't known. */
      readonly work: GraphForward['work'];
      /** The activation that makes each output. */
      readonly activations: readonly OutputActivation[];
      readonly model: tf.GraphModel;
      readonly weights: readonly Weight[];
    });

export type LiveLayersModel = Extract<LiveModel, { kind: 'layers' }>;
export type LiveGraphModel = Extract<LiveModel, { kind: 'graph' }>;

/** Makes a model that was read runnable. */
export async function openModel(loaded: LoadedModel): Promise<LiveModel> {
  return loaded.kind === 'layers'
    ? openLayersModel(loaded, await toLayersModel(loaded))
    : openGraphModel(loaded, await toGraphModel(loaded));
}

function openLayersModel(loaded: LoadedModel, model: tf.LayersModel): LiveLayersModel {
  const own = model.outputs.length;
  return {
    kind: 'layers',
    loaded,
    model,
    weights: findWeights(model),
    inputs: inputSpecs(model),
    uses: layerInputUses(model),
    outputs: outputSpecs(model),
    sources: sourcesOf(model),
    ...forwardOf((inputs) => outputsOf(model, inputs, false)),
    watched: { all: featureLayers(model), last: [] },
    forwardTo: (names) => {
      const whole = withFeatures(model, names);
      return forwardOf((inputs) => outputsOf(whole, inputs, false).slice(own)).predict;
    },
    masks: makesMasks(model) ? (inputs) => masksOf(model, inputs) : undefined,
    dispose: () => model.dispose(),
  };
}

/** Lists the sources of a layers model's outputs, one per output. */
export function sourcesOf(model: tf.LayersModel): OutputSource[] {
  const activations = lastActivations(model);
  return outputSpecs(model).map(({ name, shape }, index) => ({
    name,
    shape: closed(shape),
    ...(activations[index] ?? { activation: 'linear', layer: null }),
  }));
}

/** Replaces open sizes by 1. */
const closed = (shape: ModelOutput['shape']): number[] => shape.map((size) => size ?? 1);

function masksOf(model: tf.LayersModel, inputs: tf.Tensor[]): ReturnType<RowMasks> {
  let kept: ReturnType<RowMasks> = [];
  tf.tidy(() => {
    kept = withOutputMasks(model, () => outputsOf(model, inputs, false)).masks;
    for (const mask of kept) if (mask !== null) tf.keep(mask);
  });
  return kept;
}

/** The shape of an output that a graph doesn't declare, as it came out; of inputs of any size its last dimension is known. */
const shapeAsMade = (made: readonly number[] | null | undefined, isOpen: boolean): ModelOutput['shape'] =>
  (made ?? []).map((size, axis, { length }) => (isOpen && axis < length - 1 ? null : size));

async function openGraphModel(loaded: LoadedModel, model: tf.GraphModel): Promise<LiveModel> {
  const inputs = inputSpecs(model);
  const forward = await graphForward(loaded, model, inputs);
  const isOpen = inputs.some(({ shape }) => shape.includes(null));
  const outputs = outputSpecs(model).map((output, index) =>
    output.shape.length > 0 ? output : { ...output, shape: shapeAsMade(forward.made[index], isOpen) },
  );
  const activations = outputActivations(loaded.topology, model);
  return {
    kind: 'graph',
    loaded,
    model,
    activations,
    watched: watchedNodes(loaded.topology, loaded.weights),
    weights: findGraphWeights(loaded.topology, loaded.weights),
    inputs,
    uses: graphInputUses(
      loaded.topology,
      loaded.weights,
      inputs.map(({ name }) => name),
    ),
    outputs,
    sources: outputs.map(({ name, shape }, index) => ({
      name,
      shape: closed(shape),
      activation: activations[index]!.activation,
      layer: null,
    })),
    ...forward,
    dispose: () => model.dispose(),
  };
}

import { z } from 'zod';
import type { Weight } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { OutputSource, RowMasks } from '../metrics/index.js';
import {
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
  outputSpecs,
  signatureEntry,
  toGraphModel,
  toLayersModel,
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
      readonly forwardTo: GraphForward['forwardTo'];
      readonly model: tf.GraphModel;
      readonly weights: readonly Weight[];
    });

export type LiveLayersModel = Extract<LiveModel, { kind: 'layers' }>;

/** Makes a model that was read runnable. */
export async function openModel(loaded: LoadedModel): Promise<LiveModel> {
  return loaded.kind === 'layers'
    ? openLayersModel(loaded, await toLayersModel(loaded))
    : openGraphModel(loaded, await toGraphModel(loaded));
}

function openLayersModel(loaded: LoadedModel, model: tf.LayersModel): LiveLayersModel {
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

async function openGraphModel(loaded: LoadedModel, model: tf.GraphModel): Promise<LiveModel> {
  const outputs = outputSpecs(model);
  const inputs = inputSpecs(model);
  return {
    kind: 'graph',
    loaded,
    model,
    weights: findGraphWeights(loaded.topology, loaded.weights),
    inputs,
    uses: graphInputUses(
      loaded.topology,
      loaded.weights,
      inputs.map(({ name }) => name),
    ),
    outputs,
    sources: outputs.map(({ name, shape }) => ({
      name,
      shape: closed(shape),
      activation: activationOfNode(loaded.topology, signatureEntry(model, 'outputs', name).node),
      layer: null,
    })),
    ...(await graphForward(loaded, model, inputs)),
    dispose: () => model.dispose(),
  };
}

const nodeSchema = z.object({ name: z.string(), op: z.string(), input: z.array(z.string()).optional() });

/** Returns `softmax` or `sigmoid` where that operation makes an output, else `linear`. */
function activationOfNode(topology: LoadedModel['topology'], output: string): string {
  const nodes = z.array(nodeSchema).safeParse(topology.node);
  if (!nodes.success) return 'linear';
  let node = nodes.data.find(({ name }) => name === output.replace(/:\d+$/, ''));
  while (node !== undefined && ['Identity', 'Reshape', 'Squeeze'].includes(node.op)) {
    const source = node.input?.[0]?.replace(/:\d+$/, '');
    node = nodes.data.find(({ name }) => name === source);
  }
  return node?.op === 'Softmax' || node?.op === 'Sigmoid' ? node.op.toLowerCase() : 'linear';
}

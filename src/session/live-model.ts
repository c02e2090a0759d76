import { z } from 'zod';
import type { Weight } from '../core/index.js';
import type * as tf from '../engine/tf.js';
import { headKind, type OutputHead, type OutputReading, type Predict } from '../metrics/index.js';
import {
  findGraphWeights,
  findWeights,
  inputSpecs,
  type LayersWeight,
  type LoadedModel,
  lastActivations,
  type ModelInput,
  type ModelOutput,
  outputSpecs,
  toGraphModel,
  toLayersModel,
} from '../model/index.js';
import { outputsOf } from '../train/index.js';

interface Common {
  readonly loaded: LoadedModel;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
  /** One per output: what makes it, as far as is known. */
  readonly heads: readonly OutputHead[];
  readonly predict: Predict;
  dispose(): void;
}

/** A model in memory that a command works on. */
export type LiveModel =
  | (Common & {
      readonly kind: 'layers';
      readonly model: tf.LayersModel;
      readonly weights: readonly LayersWeight[];
    })
  | (Common & {
      readonly kind: 'graph';
      readonly model: tf.GraphModel;
      readonly weights: readonly Weight[];
    });

export type LiveLayersModel = Extract<LiveModel, { kind: 'layers' }>;

/** Brings a model that was read to life. */
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
    outputs: outputSpecs(model),
    heads: headsOf(model),
    predict: (inputs) => outputsOf(model, inputs, false),
    dispose: () => model.dispose(),
  };
}

/** The heads of a layers model, one per output. */
export function headsOf(model: tf.LayersModel): OutputHead[] {
  return lastActivations(model).map(({ activation, layer }) => ({ activation, layer }));
}

function openGraphModel(loaded: LoadedModel, model: tf.GraphModel): LiveModel {
  const outputs = outputSpecs(model);
  return {
    kind: 'graph',
    loaded,
    model,
    weights: findGraphWeights(loaded.topology, loaded.weights),
    inputs: inputSpecs(model),
    outputs,
    heads: outputs.map(({ name }) => ({ activation: activationOfNode(loaded.topology, name), layer: null })),
    predict: (inputs) => {
      const named = Object.fromEntries(model.inputs.map(({ name }, index) => [name, inputs[index]!]));
      const output = model.execute(
        named,
        model.outputs.map(({ name }) => name),
      );
      return Array.isArray(output) ? output : [output];
    },
    dispose: () => model.dispose(),
  };
}

const nodeSchema = z.object({ name: z.string(), op: z.string(), input: z.array(z.string()).optional() });

/** `softmax` or `sigmoid` where that is the operation behind an output, else `linear`. */
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

/** How each output is read. */
export function readingsOf({ heads, outputs }: LiveModel): OutputReading[] {
  return heads.map(({ activation }, index) => ({
    kind: headKind(activation),
    shape: outputs[index]!.shape.map((size) => size ?? 1),
  }));
}

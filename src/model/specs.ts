import { z } from 'zod';
import * as tf from '../engine/tf.js';
import { nodeName } from './graph/graph-def.js';

/** An input of a model, of one sample. */
export interface ModelInput {
  readonly name: string;
  /** Without the batch; null where the model takes any size. */
  readonly shape: readonly (number | null)[];
  readonly dtype: 'float32' | 'int32';
}

/** An output of a model, of one sample. */
export interface ModelOutput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

/** The inputs of a model in the order in which it takes them. */
export function inputSpecs(model: tf.LayersModel | tf.GraphModel): ModelInput[] {
  if (model instanceof tf.GraphModel) {
    return model.inputs.map(({ name, shape, dtype }) => ({
      name,
      shape: perSample(shape),
      dtype: inputDType(dtype),
    }));
  }
  return model.inputs.map(({ sourceLayer, shape, dtype }) => ({
    name: sourceLayer.name,
    shape: perSample(shape),
    dtype: inputDType(dtype),
  }));
}

/** The outputs of a model in the order in which it returns them; a graph may not tell the shape, which is then []. */
export function outputSpecs(model: tf.LayersModel | tf.GraphModel): ModelOutput[] {
  if (model instanceof tf.GraphModel) {
    return model.outputs.map(({ name, shape }) => ({
      name,
      shape: perSample(shape ?? signatureShape(model, name)),
    }));
  }
  return model.outputs.map(({ sourceLayer, shape }) => ({ name: sourceLayer.name, shape: perSample(shape) }));
}

const signatureSchema = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      name: z.string(),
      tensorShape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }),
    }),
  ),
});

function signatureShape(model: tf.GraphModel, name: string): number[] | undefined {
  const signature = signatureSchema.safeParse(model.modelSignature);
  if (!signature.success) return undefined;
  const output = Object.values(signature.data.outputs).find((each) => nodeName(each.name) === nodeName(name));
  return output?.tensorShape.dim.map(({ size }) => size);
}

/** Graphs write an unknown size as -1, and nothing at all for an unknown shape. */
function perSample(shape: readonly (number | null)[] | undefined): (number | null)[] {
  return (shape ?? []).slice(1).map((size) => (size === null || size < 0 ? null : size));
}

function inputDType(dtype: string): 'float32' | 'int32' {
  return dtype === 'int32' || dtype === 'bool' ? 'int32' : 'float32';
}

import { formatShape, type Named, QgtError, sizeOf } from '../core/index.js';
import type * as tf from '../engine/tf.js';
import { type BatchDemand, demandedBatch, shapeOfSample } from './graph/graph-batch.js';
import { signatureEntry, signatureKey } from './graph/signature.js';

/** An input of a model, of one sample. */
export interface ModelInput extends Named {
  /** Without the batch; null where the model takes any size. */
  readonly shape: readonly (number | null)[];
  readonly dtype: 'float32' | 'int32';
}

/** An output of a model, of one sample. */
export interface ModelOutput extends Named {
  readonly shape: readonly (number | null)[];
}

/** Values of the largest sample that an input may take. */
const MAX_INPUT_VALUES = 2 ** 26;
/** Size that stands for one that is left open. */
const OPEN_SIDE = 64;

/**
 * The inputs of a model in the order in which it takes them.
 *
 * @throws QgtError `bad-model` for a shape that no data can have.
 */
export function inputSpecs(model: tf.LayersModel | tf.GraphModel): ModelInput[] {
  const inputs = shapedInputs(model);
  for (const { name, shape } of inputs) {
    const whole = shape.map((size) => size ?? OPEN_SIDE);
    if (whole.every(isCount) && sizeOf(whole) <= MAX_INPUT_VALUES) continue;
    throw new QgtError('bad-model', {
      where: `input ${name}`,
      what: 'no data has its shape',
      got: formatShape(shape),
      expected: `whole numbers, at most ${MAX_INPUT_VALUES} values a sample`,
      remedy: 'export the model again',
    });
  }
  return inputs;
}

const isCount = (size: number): boolean => Number.isInteger(size) && size >= 0;

/** Told by its parts: the class is known only where tfjs-converter is installed. */
const isGraphModel = (model: tf.LayersModel | tf.GraphModel): model is tf.GraphModel => !('layers' in model);

function shapedInputs(model: tf.LayersModel | tf.GraphModel): ModelInput[] {
  if (isGraphModel(model)) {
    const demand = batchOf(model);
    return model.inputs.map((input) => ({
      ...namedIn(model, 'inputs', input.name),
      shape: shapeOfSample(inputShape(model, input), demand),
      dtype: inputDType(input.dtype),
    }));
  }
  return model.inputs.map(({ sourceLayer, shape, dtype }) => ({
    name: sourceLayer.name,
    shape: shapeOfSample(shape, null),
    dtype: inputDType(dtype),
  }));
}

/** The outputs of a model in the order in which it returns them; a graph may not tell the shape, which is then []. */
export function outputSpecs(model: tf.LayersModel | tf.GraphModel): ModelOutput[] {
  if (isGraphModel(model)) {
    const demand = batchOf(model);
    return model.outputs.map((output) => ({
      ...namedIn(model, 'outputs', output.name),
      shape: shapeOfSample(outputShape(model, output), demand),
    }));
  }
  return model.outputs.map(({ sourceLayer, shape }) => ({
    name: sourceLayer.name,
    shape: shapeOfSample(shape, null),
  }));
}

/** Number of samples that a graph model demands in a batch; null: any. */
export function batchOf(model: tf.GraphModel): BatchDemand {
  return demandedBatch(
    model.inputs.map((input) => inputShape(model, input)),
    model.outputs.map((output) => outputShape(model, output)),
  );
}

/** The name of an input or output, and its key in the signature where that is no other one's name. */
function namedIn(model: tf.GraphModel, side: 'inputs' | 'outputs', name: string): Named {
  const key = signatureKey(model, side, name);
  return key === undefined || model[side].some((each) => each.name === key) ? { name } : { name, key };
}

type Info = Pick<tf.GraphModel['inputs'][number], 'name' | 'shape'>;

/** The shape that a placeholder demands, with sizes that it leaves open as the signature has them. */
function inputShape(model: tf.GraphModel, { name, shape }: Info): readonly number[] | undefined {
  const said = signatureEntry(model, 'inputs', name).shape;
  if (shape === undefined) return said;
  // What the placeholder leaves open of the batch stays open.
  return shape.map((size, index) => (size < 0 && index > 0 ? (said?.[index] ?? size) : size));
}

const outputShape = (model: tf.GraphModel, { name, shape }: Info): readonly number[] | undefined =>
  shape ?? signatureEntry(model, 'outputs', name).shape;

function inputDType(dtype: string): 'float32' | 'int32' {
  return dtype === 'int32' || dtype === 'bool' ? 'int32' : 'float32';
}

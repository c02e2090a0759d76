import { nestedLayers } from '../engine/nested-layers.js';
import { ownOutputs } from '../engine/own-outputs.js';
import type * as tf from '../engine/tf.js';
import { variableOf, withWeights } from '../engine/weights.js';
import {
  deadChannelMasks,
  idleBiases,
  modelBlocks,
  runBlock,
  sharedBatchNorms,
  withFeatures,
  withOutputMasks,
} from '../model/index.js';
import { withOwnStatistics } from './batch-norm-statistics.js';
import type { Block, StudentModel, TeacherModel } from './models.js';

/** A model's outputs as a list, however many it has. */
export function outputsOf(model: tf.LayersModel, inputs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const output = model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training }) as
    | tf.Tensor
    | tf.Tensor[];
  return ownOutputs([output].flat(), inputs);
}

/** A layers model that learns. */
export interface LayersStudent extends StudentModel {
  readonly model: tf.LayersModel;
}

/** A layers model that teaches. */
export interface LayersTeacher extends TeacherModel {
  readonly model: tf.LayersModel;
}

/**
 * Sets a layers model up to learn.
 *
 * @param features  Names of layers whose outputs are compared too, after the model's own.
 */
export function layersStudent(model: tf.LayersModel, features: readonly string[] = []): LayersStudent {
  const whole = withFeatures(model, features);
  const weights = new Map(model.weights.map((weight) => [variableOf(weight), weight]));
  const shared = sharedBatchNorms(model);
  return {
    model,
    variables: [...weights.keys()],
    layers: nestedLayers(model),
    batch: null,
    trained: () => {
      const idle = idleBiases(model);
      return model.trainableWeights.map(variableOf).filter((variable) => !idle.has(variable));
    },
    run: (inputs, mode) => {
      const run = () => withOutputMasks(model, () => outputsOf(whole, inputs, mode !== 'prediction'));
      const { result: outputs, masks } = mode === 'training' ? withOwnStatistics(shared, run) : run();
      return { outputs, masks: [...masks, ...features.map(() => null)] };
    },
    predict: (inputs) => outputsOf(model, inputs, false),
    withReplaced: (replacements, run) =>
      withWeights(
        replacements.map(({ variable, value }) => ({ weight: weights.get(variable)!, value })),
        run,
      ),
    stepUnits: () => new Map(),
    blocks: () => blocksOf(model),
    deadChannelMasks: () => deadChannelMasks(model),
  };
}

/**
 * Sets a layers model up to teach.
 *
 * @param features  Names of layers whose outputs are compared too, after the model's own.
 */
export function layersTeacher(model: tf.LayersModel, features: readonly string[] = []): LayersTeacher {
  const whole = withFeatures(model, features);
  return {
    model,
    layers: nestedLayers(model),
    run: (inputs) => outputsOf(whole, inputs, false),
    blocks: () => blocksOf(model),
  };
}

const blocksOf = (model: tf.LayersModel): Block[] =>
  modelBlocks(model).map((block) => ({
    variables: new Set(block.calls.flatMap(({ layer }) => layer.weights.map(variableOf))),
    run: (inputs) => runBlock(block, inputs),
  }));

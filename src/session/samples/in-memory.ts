import { type Shape, sizeOf } from '../../core/index.js';
import type { Engine } from '../../engine/index.js';
import { forwardWork } from '../../model/index.js';
import type { LiveModel } from '../live-model.js';
import { graphWork } from './graph-work.js';
import type { SampleSet } from './samples.js';

/**
 * Values that all layers make of a batch, at most: a training step keeps them, and makes a few times as many on its way
 * back. WebAssembly has no more than 4 GiB.
 */
const MAX_VALUES: Readonly<Record<Engine['name'], number>> = { native: 2 ** 29, embedded: 2 ** 27 };
/** Bytes of the inputs of a batch where nothing is trained. */
const MAX_MEASURED_BYTES = 2 ** 24;

/**
 * How many inputs of these shapes a step may take at a time; any number of a graph that was not counted.
 */
export function inputsInMemory(
  liveModel: LiveModel,
  shapes: readonly Shape[],
  engine: Engine['name'],
): number {
  if (liveModel.kind === 'graph') {
    const work = graphWork(liveModel, shapes);
    return work === null ? Number.POSITIVE_INFINITY : valuesInMemory(work.values, engine);
  }
  return valuesInMemory(forwardWork(liveModel.model, shapes).values, engine);
}

/** The same by the values that all layers make of one input. */
export const valuesInMemory = (values: number, engine: Engine['name']): number =>
  Math.floor(MAX_VALUES[engine] / values);

/** How many samples a training step may take at a time. */
export const trainedAtOnce = (liveModel: LiveModel, { dataset }: SampleSet, engine: Engine['name']): number =>
  Math.max(1, inputsInMemory(liveModel, shapesOf(dataset), engine));

/**
 * How many samples are measured at a time: `most`, or fewer where their inputs are large, or what the layers make of them.
 *
 * The limit of the embedded engine serves both: so many keep the processor busy.
 */
export function measuredAtOnce(liveModel: LiveModel, { dataset }: SampleSet, most: number): number {
  const shapes = shapesOf(dataset);
  const bytes = shapes.reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);
  const fitting = inputsInMemory(liveModel, shapes, 'embedded');
  return Math.max(1, Math.min(most, fitting, Math.floor(MAX_MEASURED_BYTES / bytes)));
}

const shapesOf = ({ inputs }: SampleSet['dataset']): Shape[] => inputs.map(({ shape }) => shape);

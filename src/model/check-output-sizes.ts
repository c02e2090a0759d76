import { formatShape, MAX_NUMBERS, QgtError } from '../core/index.js';
import { nestedLayers } from '../engine/nested-layers.js';
import type * as tf from '../engine/tf.js';

/**
 * Checks what each layer makes of a sample before the model is run: a layer may repeat, pad or enlarge to any size.
 *
 * @throws QgtError `bad-model` naming the layer and its shape.
 */
export function checkOutputSizes(model: tf.LayersModel, source: string): void {
  for (const layer of nestedLayers(model))
    for (const { outputShapes } of layer.inboundNodes)
      for (const shape of shapesIn(outputShapes)) {
        const sample = shape.slice(1);
        const size = sample.reduce<number>((product, each) => product * (each ?? 1), 1);
        if (!(size > MAX_NUMBERS)) continue;
        throw new QgtError('bad-model', {
          where: `${source}: layer ${layer.name}`,
          what: 'it makes more of a sample than a tensor holds',
          got: `${formatShape(sample)}, ${size} numbers`,
          expected: `at most ${MAX_NUMBERS}`,
          remedy: 'export the model again with smaller inputs',
        });
      }
}

/** The shapes that a call of a layer makes; tfjs keeps the shape itself where it is one. */
const shapesIn = (shapes: tf.Shape | tf.Shape[]): tf.Shape[] => (isList(shapes) ? shapes : [shapes]);

const isList = (shapes: tf.Shape | tf.Shape[]): shapes is tf.Shape[] =>
  shapes.some((each) => Array.isArray(each));

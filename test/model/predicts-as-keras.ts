import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';

const expectedSchema = z.object({
  inputs: z.array(
    z.object({
      shape: z.array(z.number()),
      dtype: z.enum(['float32', 'int32']),
      values: z.array(z.number()),
    }),
  ),
  outputs: z.array(z.array(z.number())),
});

/** Reads inputs and outputs of Keras, as keras-files.py writes them. */
export async function readExpected(file: string): Promise<z.infer<typeof expectedSchema>> {
  return expectedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/**
 * Reads a file of Keras, and holds its outputs against those of Keras.
 *
 * @param expected  JSON with inputs and outputs, as keras-files.py writes it.
 */
export async function assertPredictsAsKeras(file: string, expected: string): Promise<void> {
  const { inputs, outputs } = await readExpected(expected);
  const model = await toLayersModel(await readModel(file));
  const tensors = inputs.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype));
  const predicted = [model.predict(tensors)].flat().map((output) => output.dataSync());
  assert.equal(predicted.length, outputs.length);
  for (const [at, values] of predicted.entries()) {
    assert.equal(values.length, outputs[at]!.length);
    for (const [index, value] of values.entries())
      assert.ok(Math.abs(value - outputs[at]![index]!) < 1e-4, `${file}, output ${at}, ${index}: ${value}`);
  }
  tf.dispose(tensors);
  model.dispose();
}

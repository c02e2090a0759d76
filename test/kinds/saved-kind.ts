import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { classesOf, rowOf, valuesOf } from './drawn.js';
import type { Drawn, LabelForm, Values } from './kind.js';
import { saveAsGraph } from './saved-graph.js';
import type { TrainedKind } from './trained-kind.js';

/** Saves a trained model as its kind is saved. @returns The path of model.json. */
export async function saveKind({ kind, model }: TrainedKind, folder: string): Promise<string> {
  if (kind.graph) return saveAsGraph(model, folder);
  if (kind.saved === undefined) return saveModel(model, folder);
  const other = kind.saved();
  other.setWeights(model.getWeights());
  return saveModel(other, folder);
}

/** Saves samples with their labels in one form. @returns The path of the data. */
export async function saveSamples(
  { inputs, targets }: Drawn,
  form: LabelForm,
  folder: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (form === 'image folders') return saveImages(inputs[0]!, numbersOf(targets[0]!), folder);
  const labels = form === 'values' ? targets : targets.map(numbered);
  return saveArrays({ ...named('x', inputs), ...named('y', labels) }, folder);
}

function named(
  letter: string,
  arrays: readonly Values[],
): Record<string, { values: Float32Array; shape: number[] }> {
  return Object.fromEntries(
    arrays.map(({ values, shape }, index) => [
      arrays.length === 1 ? letter : `${letter}${index}`,
      { values, shape: [...shape] },
    ]),
  );
}

/** The class of each sample: the largest value of its row, or the only one. */
const numbersOf = (target: Values): number[] =>
  target.shape[1] === 1 ? [...target.values] : classesOf(target);

function numbered(target: Values): Values {
  const numbers = numbersOf(target);
  return valuesOf([numbers.length], (row) => numbers[row]!);
}

/** A folder a class, whose names sort as the classes do. */
async function saveImages(images: Values, classes: readonly number[], folder: string): Promise<string> {
  const [, height, width] = images.shape;
  for (const label of new Set(classes)) await mkdir(join(folder, `class-${label}`));
  for (const [row, label] of classes.entries()) {
    const bytes = Uint8Array.from(rowOf(images, row), (value) => Math.round(255 * value));
    const png = sharp(bytes, { raw: { width: width!, height: height!, channels: 3 } }).png();
    await writeFile(join(folder, `class-${label}`, `${row}.png`), await png.toBuffer());
  }
  return folder;
}

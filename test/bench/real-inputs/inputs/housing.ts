import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { shared } from '../../subjects.js';
import { type DrawInputs, evenly, joined } from './input.js';

/** Test rows of California housing, standardised by the mean and the deviation of the training rows. */
export const housing: DrawInputs = async (samples) => {
  const [train, test] = [await rowsOf('x_train.npz'), await rowsOf('x_test.npz')];
  const columns = test[0]!.map((_, column) => momentsOf(train.map((row) => row[column]!)));
  const rows = evenly(test, samples).map((row) =>
    row.map((value, column) => (value - columns[column]!.mean) / columns[column]!.deviation),
  );
  return [joined(rows, [columns.length])];
};

async function rowsOf(file: string): Promise<number[][]> {
  const arrays = Object.values(unzipSync(await readFile(shared('data/california_housing', file))));
  const { data, shape } = parse(new Uint8Array(arrays[0]!).buffer);
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new Error(`${file}: there are no floats in it`);
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_each, column) => data[row * columns + column]!),
  );
}

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

import { QgtError } from '../../src/core/index.js';
import type { Dataset, ReadOptions, Rows } from '../../src/data/index.js';

/** What a model with one input and one output tells the readers. */
export function specs(
  input: readonly (number | null)[],
  output: readonly (number | null)[],
  more: Partial<ReadOptions> = {},
): ReadOptions {
  return {
    inputs: [{ name: 'image', shape: input, dtype: 'float32' }],
    outputs: [{ name: 'scores', shape: output }],
    ...more,
  };
}

/** All values of some rows. */
export async function valuesOf(rows: Rows): Promise<number[]> {
  return [...(await rows.read(Array.from({ length: rows.count }, (_, index) => index)))];
}

/** All class indices of a dataset that has some. */
export async function classesOf({ labels }: Dataset): Promise<number[]> {
  if (labels.kind !== 'classes') throw new Error(`labels are ${labels.kind}`);
  return valuesOf(labels.rows);
}

/** All values of the target rows of a dataset that has some. */
export async function targetsOf({ labels }: Dataset): Promise<number[][]> {
  if (labels.kind !== 'values') throw new Error(`labels are ${labels.kind}`);
  return Promise.all(labels.rows.map(valuesOf));
}

/** For assert.rejects: a QgtError of that code whose message holds all these texts. */
export function refusal(code: QgtError['code'], ...texts: readonly string[]): (error: unknown) => true {
  return (error) => {
    if (!(error instanceof QgtError)) throw error;
    const absent = texts.filter((text) => !error.message.includes(text));
    if (error.code !== code || absent.length > 0) {
      throw new Error(`${error.code}: ${error.message}\nlacks ${code}: ${absent.join(' | ')}`);
    }
    return true;
  };
}

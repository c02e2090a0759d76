import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadQgt } from '../../src/index.js';
import * as tf from '../tf.js';

/** The packed graph in an output folder. */
export async function packedIn(output: string): Promise<tf.GraphModel> {
  const bytes = new Uint8Array(await readFile(join(output, 'model.qgt')));
  return (await loadQgt(bytes, { tf, kind: 'graph' })) as tf.GraphModel;
}

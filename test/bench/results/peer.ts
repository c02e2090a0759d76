import { join } from 'node:path';
import { parseInputRange } from '../../../src/data/index.js';
import { pythonEnvironment } from '../python.js';
import { outputOf } from './output.js';
import { writeSamples } from './samples.js';
import type { PeerTask } from './task.js';

const SCRIPT = join(import.meta.dirname, '../peer_training.py');
const CHANNELS = 3;

/**
 * Trains with QKeras, in Python.
 *
 * @param folder  Of `workFolder`.
 * @returns What peer_training.py printed.
 * @throws Error without a Python environment, or if it fails.
 */
export async function trainPeer(task: PeerTask, folder: string): Promise<unknown> {
  const { python, reason } = await pythonEnvironment((line) => console.error(line));
  if (python === null) throw new Error(reason);
  const { model, data, inputRange, augment, ...how } = task;
  const { scale, offset } = parseInputRange(inputRange, CHANNELS);
  const job = {
    ...how,
    model: join(folder, model, 'model.json'),
    samples: await writeSamples(model, data, folder),
    scale,
    offset,
    augment: augment.split(','),
  };
  return JSON.parse(await outputOf(python, [SCRIPT, JSON.stringify(job)], folder));
}

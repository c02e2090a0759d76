import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { LoadedModel } from '../../loaded-model.js';
import { adaptTopology } from '../../topology/index.js';
import { rootOf } from '../../topology/root.js';
import { checkFinite } from '../decode.js';
import { checkWeights } from './check-weights.js';
import type { KerasFormat } from './keras-model.js';
import { parseInThread } from './thread.js';

/**
 * Recognises a file that Keras wrote, by its first bytes or its extension.
 *
 * @param start  First bytes of the file, as latin1.
 */
export function kerasFormat(file: string, start: string): KerasFormat | null {
  const extension = extname(file).toLowerCase();
  if (start.startsWith('\x89HDF') || ['.h5', '.hdf5'].includes(extension)) return 'hdf5';
  return extension === '.keras' ? 'archive' : null;
}

/**
 * Reads a model that Keras 2 or 3 saved as `.keras` or `.h5`, its topology made loadable by stock tfjs.
 *
 * @throws QgtError `bad-model`, `non-finite` or `unsupported-layer`, naming file, layer and remedy.
 */
export async function readKeras(file: string, format: KerasFormat): Promise<LoadedModel> {
  const bytes = new Uint8Array(await readFile(file));
  const { length: whole } = bytes;
  const {
    topology,
    weights: stored,
    topologyBytes,
    optimizerBytes,
  } = await parseInThread({ bytes, file, format });
  const { weights, notes, topology: adapted } = adaptTopology(topology, stored, file);
  checkWeights(rootOf(adapted, file), weights, file);
  checkFinite(weights, 'layers', file);
  // What it claims may be more than there is.
  const weightBytes = stored.reduce((sum, weight) => sum + weight.storedBytes, 0);
  const length = Math.max(weightBytes, whole - optimizerBytes);
  const storedBytes = new Map(stored.map((weight) => [weight.values, weight.storedBytes]));
  return {
    kind: 'layers',
    format: format === 'archive' ? 'keras' : 'keras-h5',
    source: file,
    bytes: length,
    topologyBytes: Math.min(topologyBytes, length - weightBytes),
    writtenBy: `keras ${topology.keras_version ?? 'of unknown version'}`,
    metadata: {},
    topology: adapted,
    weights,
    storedBytes: new Map(
      weights.flatMap(({ name, values }) =>
        storedBytes.has(values) ? [[name, storedBytes.get(values)!] as const] : [],
      ),
    ),
    notes: length === whole ? notes : [...notes, optimizerNote(whole - length)],
  };
}

const optimizerNote = (bytes: number): string =>
  `the state of the optimizer is not counted: ${bytes.toLocaleString('en')} bytes of the file`;

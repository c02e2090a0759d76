import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parseJson, QgtError } from '../../../core/index.js';
import type { LoadedModel } from '../../loaded-model.js';
import { adaptTopology } from '../../topology/index.js';
import { isContainer } from '../../topology/layer-entry.js';
import { rootOf } from '../../topology/root.js';
import { checkFinite } from '../decode.js';
import { openArchive } from './archive.js';
import { archiveWeights } from './archive-weights.js';
import { checkWeights } from './check-weights.js';
import type { StoredWeight } from './dataset.js';
import { type Hdf5, withHdf5 } from './hdf5.js';

/** Formats of Keras: an archive with the topology as JSON and the weights as HDF5, or both in one HDF5 file. */
export type KerasFormat = 'archive' | 'hdf5';

interface KerasModel {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: readonly StoredWeight[];
}

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
  const read = format === 'archive' ? readArchive : readWhole;
  const { topology, weights: stored } = await read(bytes, file);
  const { weights, notes, topology: adapted } = adaptTopology(topology, stored, file);
  checkWeights(rootOf(adapted, file), weights, file);
  checkFinite(weights, 'layers', file);
  const storedBytes = new Map(stored.map((weight) => [weight.values, weight.storedBytes]));
  return {
    kind: 'layers',
    source: file,
    bytes: bytes.length,
    topologyBytes: bytes.length - stored.reduce((sum, weight) => sum + weight.storedBytes, 0),
    writtenBy: `keras ${topology.keras_version ?? 'of unknown version'}`,
    metadata: {},
    topology: adapted,
    weights,
    storedBytes: new Map(
      weights.flatMap(({ name, values }) =>
        storedBytes.has(values) ? [[name, storedBytes.get(values)!] as const] : [],
      ),
    ),
    notes,
  };
}

async function readArchive(bytes: Uint8Array, file: string): Promise<KerasModel> {
  const { config, version, weights } = openArchive(bytes, file);
  const topology = { keras_version: version, model_config: config };
  const root = rootOf(topology, file);
  if (!isContainer(root)) throw subclassed(file, root.class_name);
  return withHdf5(weights, `${file}: model.weights.h5`, (hdf5) => ({
    topology,
    weights: archiveWeights(root, hdf5),
  }));
}

function readWhole(bytes: Uint8Array, file: string): Promise<KerasModel> {
  return withHdf5(bytes, file, (hdf5) => {
    const text = hdf5.text('/', 'model_config');
    if (text === undefined) {
      throw new QgtError('bad-model', {
        where: file,
        what: 'weights alone: there is no model_config in it, so the layers are in the code that loads it',
        remedy:
          "build the model in Keras, load these weights into it, and save all of it: model.save('model.keras')",
      });
    }
    const config = parseJson(text, `${file}: model_config`, {
      code: 'bad-model',
      remedy: 'save the model again',
    });
    const topology = { keras_version: hdf5.text('/', 'keras_version'), model_config: config };
    const root = rootOf(topology, file);
    if (!isContainer(root)) throw subclassed(file, root.class_name);
    return { topology, weights: namedWeights(hdf5, file) };
  });
}

/** The weights of an HDF5 file, which names them by layer. */
function namedWeights(hdf5: Hdf5, file: string): StoredWeight[] {
  return (hdf5.texts('model_weights', 'layer_names') ?? []).flatMap((layer) =>
    (hdf5.texts(`model_weights/${layer}`, 'weight_names') ?? []).map((weight) => {
      const found = hdf5.tensor(`model_weights/${layer}/${weight}`, weight.replace(/:0$/, ''));
      if (found !== undefined) return found;
      throw new QgtError('bad-model', {
        where: `${file}: ${weight}`,
        what: 'the weight is listed, and not there',
        remedy: 'save the model again',
      });
    }),
  );
}

const subclassed = (file: string, className: string): QgtError =>
  new QgtError('bad-model', {
    where: file,
    what: 'the layers of the model are in Python code',
    got: className,
    expected: 'a Sequential or functional model',
    remedy:
      'build it with keras.Sequential or keras.Model(inputs, outputs), take over the weights, and save that',
  });

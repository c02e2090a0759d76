import { parseJson, QgtError } from '../../../core/index.js';
import { isContainer } from '../../topology/layer-entry.js';
import { rootOf } from '../../topology/root.js';
import { openArchive } from './archive.js';
import { archiveWeights } from './archive-weights.js';
import type { StoredWeight } from './dataset.js';
import { type Hdf5, withHdf5 } from './hdf5.js';

/** Formats of Keras: an archive with the topology as JSON and the weights as HDF5, or both in one HDF5 file. */
export type KerasFormat = 'archive' | 'hdf5';

/** A model as it lies in a file of Keras. */
export interface KerasModel {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: readonly StoredWeight[];
  /** Bytes of the topology and other JSON in the file. */
  readonly topologyBytes: number;
  /** Bytes of the optimizer's state, which a model that only predicts has no use for. */
  readonly optimizerBytes: number;
}

/** The bytes of a file, and its name for messages. */
export interface KerasFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly file: string;
  readonly format: KerasFormat;
}

/**
 * Takes a file of Keras apart.
 *
 * @throws QgtError `bad-model`, naming file, weight and remedy.
 */
export function parseKeras({ bytes, file, format }: KerasFile): Promise<KerasModel> {
  return format === 'archive' ? readArchive(bytes, file) : readWhole(bytes, file);
}

async function readArchive(bytes: Uint8Array, file: string): Promise<KerasModel> {
  const { config, version, weights, jsonBytes } = openArchive(bytes, file);
  const topology = { keras_version: version, model_config: config };
  const root = rootOf(topology, file);
  if (!isContainer(root)) throw subclassed(file, root.class_name);
  return withHdf5(weights, `${file}: model.weights.h5`, (hdf5) => ({
    topology,
    weights: archiveWeights(root, hdf5),
    topologyBytes: jsonBytes,
    optimizerBytes: hdf5.bytesBelow('optimizer'),
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
    return {
      topology,
      weights: namedWeights(hdf5, file),
      topologyBytes: Buffer.byteLength(text),
      optimizerBytes: hdf5.bytesBelow('optimizer_weights'),
    };
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

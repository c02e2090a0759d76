import { type NamedTensor, QgtError } from '../../core/index.js';
import { expandTensor } from '../../pack/index.js';
import type { Exporter } from '../exporter.js';

/** Fixed date, the first that zip can hold, so that the same model gives the same bytes. */
const NO_DATE = new Date(1980, 0, 1);
/** Keras reads the version to tell its own formats apart; this one has not changed since. */
const METADATA = { keras_version: '3.0.0', date_saved: '1980-01-01@00:00:00' };

/** A `.keras` archive that Keras 3 loads without qgt, whatever wrote the model. */
export const keras: Exporter = {
  name: 'keras',
  describe: 'model.keras, float32, for Keras 3',
  weights: ['auto', 'float32'],
  export: async ({ kind, topology, tensors }) => {
    if (kind === 'graph') {
      throw new QgtError('unsupported-layer', {
        where: '--to keras',
        what: 'a GraphModel is made of operations, and a .keras file of layers',
        remedy:
          'compress the .keras, .h5 or LayersModel that it was converted from, or export it with --to tfjs',
      });
    }
    // Loaded here, since the help of every command imports the exporters.
    const [{ strToU8, zipSync }, { toKeras3 }, { writeHdf5 }] = await Promise.all([
      import('fflate'),
      import('../../model/index.js'),
      import('./hdf5-file.js'),
    ]);
    const values = tensors.map(expandTensor) as NamedTensor[];
    const { config, weights, notes } = toKeras3(
      topology as Readonly<Record<string, unknown>>,
      values,
      'the packed model',
    );
    const members = {
      'metadata.json': strToU8(JSON.stringify(METADATA)),
      'config.json': strToU8(JSON.stringify(config)),
      'model.weights.h5': await writeHdf5(weights),
    };
    // Stored, as Keras does it.
    const bytes = zipSync(members, { level: 0, mtime: NO_DATE });
    return { files: [{ path: 'model.keras', bytes }], notes };
  },
};

import type { DType } from '../../core/index.js';
import { bytesOf, expandTensor, joinBytes, type PackedModel, type StoredTensor } from '../../pack/index.js';
import type { ExportedFile, Exporter, ExportOptions } from '../exporter.js';
import { type Uint8Quantization, uint8Quantization } from './uint8-quantization.js';

/** As tfjs's own converter splits them. */
const SHARD_BYTES = 4 * 2 ** 20;

/** A weight as it lies in the shards, and its entry in the manifest. */
interface Weight {
  readonly entry: {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: DType;
    readonly quantization?: Uint8Quantization;
  };
  readonly bytes: Uint8Array;
}

/** A model.json with shards that `tf.loadLayersModel` or `tf.loadGraphModel` reads without qgt. */
export const tfjs: Exporter = {
  name: 'tfjs',
  describe: 'model.json and weight files for stock TensorFlow.js',
  export: async (model, { weights = 'auto' }) => {
    const written = model.tensors.map((tensor) => writeWeight(tensor, weights));
    const shards = splitIntoShards(joinBytes(written.map(({ bytes }) => bytes)));
    const manifest = [{ paths: shards.map(({ path }) => path), weights: written.map(({ entry }) => entry) }];
    return [{ path: 'model.json', bytes: writeModelJson(model, manifest) }, ...shards];
  },
};

function writeWeight(tensor: StoredTensor, weights: ExportOptions['weights']): Weight {
  const { name, shape } = tensor;
  if (tensor.encoding === 'codes' && weights === 'auto') {
    const quantization = uint8Quantization(tensor);
    if (quantization !== undefined) {
      return { entry: { name, shape, dtype: 'float32', quantization }, bytes: tensor.codes };
    }
  }
  const { dtype, values } = expandTensor(tensor);
  return { entry: { name, shape, dtype }, bytes: bytesOf(values) };
}

function splitIntoShards(bytes: Uint8Array): ExportedFile[] {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, index) => ({
    path: `group1-shard${index + 1}of${count}.bin`,
    bytes: bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES),
  }));
}

function writeModelJson({ kind, metadata, topology }: PackedModel, weightsManifest: unknown): Uint8Array {
  const json = {
    generatedBy: 'qgt',
    convertedBy: null,
    ...metadata,
    format: `${kind}-model`,
    modelTopology: topology,
    weightsManifest,
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

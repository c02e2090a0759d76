import { joinBytes } from '../../core/index.js';
import { notesOnResetAfter } from '../../model/topology/recurrent.js';
import { rootOf } from '../../model/topology/root.js';
import { withConstantAttributes } from '../../model/transforms/lean-graph.js';
import type { PackedModel } from '../../pack/index.js';
import type { ExportedFile, Exporter } from '../exporter.js';
import { noteOnFallbacks } from './fallbacks.js';
import { type Weight, writeWeight } from './weight.js';

/** Bytes of a shard, as in tfjs's own converter. */
const SHARD_BYTES = 4 * 2 ** 20;

/** A model.json with shards that `tf.loadLayersModel` or `tf.loadGraphModel` reads without qgt. */
export const tfjs: Exporter = {
  name: 'tfjs',
  describe: 'model.json and weight files for stock TensorFlow.js',
  weights: ['auto', 'float16', 'float32'],
  export: async (model, { weights = 'auto' }) => {
    const written = model.tensors.map((tensor) => writeWeight(tensor, weights));
    const shards = splitIntoShards(joinBytes(written.map(({ bytes }) => bytes)));
    const manifest = [{ paths: shards.map(({ path }) => path), weights: written.map(({ entry }) => entry) }];
    return {
      files: [{ path: 'model.json', bytes: writeModelJson(model, manifest) }, ...shards],
      notes: [...noteOnFallbacks(written), ...notesOnLayers(model)],
    };
  },
};

function notesOnLayers({ kind, topology }: PackedModel): string[] {
  if (kind === 'graph') return [];
  return notesOnResetAfter(rootOf(topology as Readonly<Record<string, unknown>>, 'the packed model'));
}

function splitIntoShards(bytes: Uint8Array): ExportedFile[] {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, index) => ({
    path: `group1-shard${index + 1}of${count}.bin`,
    bytes: bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES),
  }));
}

function writeModelJson(
  { kind, metadata, topology }: PackedModel,
  weightsManifest: readonly { readonly weights: readonly Weight['entry'][] }[],
): Uint8Array {
  const own = topology as Readonly<Record<string, unknown>>;
  const constants = weightsManifest.flatMap(({ weights }) => weights);
  const json = {
    generatedBy: 'qgt',
    convertedBy: null,
    ...metadata,
    format: `${kind}-model`,
    modelTopology: kind === 'graph' ? withConstantAttributes(own, constants) : own,
    weightsManifest,
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

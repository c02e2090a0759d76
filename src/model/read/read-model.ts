import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type NamedTensor, parseJson } from '../../core/index.js';
import { checkGraph } from '../graph/check-graph.js';
import type { LoadedModel } from '../loaded-model.js';
import { adaptTopology } from '../topology/index.js';
import { checkFinite, decodeGroup } from './decode.js';
import { firstBytes, refuseForeignFile } from './foreign-formats.js';
import { kerasFormat, readKeras } from './keras/read-keras.js';
import { locateModel } from './location.js';
import { fileBytes, type WeightGroup } from './manifest.js';
import { parseModelJson } from './model-json.js';
import { type LocatedGroup, locateShards, readShards, type Shard, sizeOfShards } from './shards.js';

/**
 * Reads a saved TensorFlow.js model, layers or graph, or a `.keras` or `.h5` of Keras; needs no backend.
 *
 * Everything in the file is untrusted: paths may not leave its folder, and sizes are checked before anything is
 * allocated.
 *
 * @param path  A model's file, JSON of any name, a folder with one, or a `file://` URL of either.
 * @throws QgtError `not-found`, `bad-model`, `non-finite` or `unsupported-layer`, naming file, layer and remedy.
 */
export async function readModel(path: string): Promise<LoadedModel> {
  const file = await locateModel(path);
  const start = await firstBytes(file);
  const format = kerasFormat(file, start);
  if (format !== null) return readKeras(file, format);
  refuseForeignFile(file, start);
  return readJsonModel(file);
}

async function readJsonModel(file: string): Promise<LoadedModel> {
  const { kind, topology, groups, writtenBy, metadata } = parseModelJson(
    parseJson(await readFile(file, 'utf8'), file, { code: 'bad-model', remedy: 'export the model again' }),
    file,
  );
  if (kind === 'graph') checkGraph(topology, file);
  const located = await locateShards(file, groups);
  const stored = await decodeGroups(groups, located, file);
  const loaded =
    kind === 'graph' ? { topology, weights: stored, notes: [] } : adaptTopology(topology, stored, file);
  checkFinite(loaded.weights, kind, file);
  const topologyBytes = (await stat(file)).size;
  return {
    kind,
    format: `tfjs-${kind}`,
    source: file,
    bytes: topologyBytes + distinctBytes(located.flatMap(({ shards }) => shards)),
    topologyBytes,
    writtenBy,
    metadata,
    topology: loaded.topology,
    weights: loaded.weights,
    storedBytes: new Map(
      groups.flatMap(({ weights }) =>
        weights.flatMap((spec) => (spec.dtype === 'string' ? [] : [[spec.name, fileBytes(spec)] as const])),
      ),
    ),
    notes: [...notesOnShards(located), ...notesOnStorage(groups), ...loaded.notes],
  };
}

async function decodeGroups(
  groups: readonly WeightGroup[],
  located: readonly LocatedGroup[],
  file: string,
): Promise<NamedTensor[]> {
  const optimizer = new Set(optimizerWeights(groups));
  const tensors: NamedTensor[] = [];
  for (const [index, group] of groups.entries()) {
    const decoded = decodeGroup(await readShards(file, located[index]!), group.weights, file);
    tensors.push(...decoded.filter(({ name }) => !optimizer.has(name)));
  }
  return tensors;
}

function optimizerWeights(groups: readonly WeightGroup[]): string[] {
  return groups.flatMap(({ weights }) =>
    weights.filter(({ group }) => group === 'optimizer').map(({ name }) => name),
  );
}

function distinctBytes(shards: readonly Shard[]): number {
  const sizes = new Map(shards.map(({ path, bytes }) => [path, bytes]));
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function notesOnShards(located: readonly LocatedGroup[]): string[] {
  return located.flatMap(({ shards, expected, open, zipped }) => {
    const files = shards.map(({ path }) => basename(path)).join(', ');
    const rest = sizeOfShards(shards) - expected;
    if (zipped) return [`${files}: gzip files, which were unpacked`];
    return !open && rest > 0
      ? [
          `${files}: ${rest} bytes follow the ${expected} bytes of the weights; they are not read, as in stock tfjs`,
        ]
      : [];
  });
}

function notesOnStorage(groups: readonly WeightGroup[]): string[] {
  const notes: string[] = [];
  const stored = groups.flatMap(({ weights }) => weights.map(({ quantization }) => quantization?.dtype));
  for (const dtype of ['uint8', 'uint16', 'float16'] as const) {
    const count = stored.filter((each) => each === dtype).length;
    if (count > 0) notes.push(`${count} weights were stored as ${dtype} already; they are read as float32`);
  }
  const dropped = optimizerWeights(groups).length;
  if (dropped > 0) notes.push(`${dropped} weights of the optimizer were left out`);
  return notes;
}

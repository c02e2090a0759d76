import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as tf from '../../src/engine/tf.js';
import { readModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights, saveModel } from './model-folder.js';

/** A model in a folder, its weights in files of 100 bytes. */
async function savedModel(): Promise<string> {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 8, inputShape: [6] }), tf.layers.dense({ units: 3 })],
  });
  fillWeights(model);
  return saveModel(model, 100);
}

const shardsIn = async (folder: string) =>
  (await readdir(folder))
    .filter((name) => name.endsWith('.bin'))
    .sort()
    .map((name) => join(folder, name));

const weightsOf = async (folder: string) =>
  (await readModel(folder)).weights.map(({ name, values }) => [name, [...values]]);

/** The weights as stock tfjs loads them over HTTP. */
async function stockWeights(folder: string): Promise<unknown[]> {
  const fetchFunc = async (url: unknown) =>
    new Response(new Uint8Array(await readFile(join(folder, String(url).replace('http://model/', '')))), {
      headers: {
        'Content-Type': String(url).endsWith('json') ? 'application/json' : 'application/octet-stream',
      },
    });
  const model = await tf.loadLayersModel(tf.io.http('http://model/model.json', { fetchFunc }));
  return model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]);
}

describe('weight files', () => {
  before(async () => void (await startCpu()));

  it('longer than their weights are read as stock tfjs does, and said', async () => {
    const folder = await savedModel();
    const last = (await shardsIn(folder)).at(-1)!;
    await writeFile(last, Buffer.concat([await readFile(last), Buffer.alloc(996, 7)]));
    assert.deepEqual(await weightsOf(folder), await stockWeights(folder));
    assert.match((await readModel(folder)).notes.join(), /996 bytes follow the 332 bytes of the weights/);
  });

  it('that are gzip files are read, and said', async () => {
    const folder = await savedModel();
    const before = await weightsOf(folder);
    for (const shard of await shardsIn(folder)) await writeFile(shard, gzipSync(await readFile(shard)));
    assert.deepEqual(await weightsOf(folder), before);
    assert.match((await readModel(folder)).notes.join(), /weights-0\.bin, .*: gzip files/);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packModel } from '../../src/pack/index.js';
import { fromQgt, loadQgt, type QgtSource, readQgt } from '../../src/runtime/index.js';
import { startCpu } from '../cpu-engine.js';
import * as tf from '../tf.js';
import { type FileServer, serveFiles } from './file-server.js';
import { graphSample, layersSample, type Sample } from './sample-models.js';

let layers: Sample;
let layersFile: Uint8Array;
let graphFile: Uint8Array;
let server: FileServer;
let folder: string;

before(async () => {
  await startCpu();
  layers = await layersSample({ bits: 2, quantizer: 'uniform', granularity: 'perChannel' });
  layersFile = (await packModel(layers.packed)).bytes;
  const graph = graphSample({ bits: 4, quantizer: 'affine', granularity: 'perChannel' });
  graphFile = (await packModel(graph.packed)).bytes;
  server = await serveFiles(
    new Map([
      ['layers.qgt', layersFile],
      ['graph.qgt', graphFile],
      ['large.qgt', new Uint8Array(3e6)],
    ]),
  );
  folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  await writeFile(join(folder, 'layers.qgt'), layersFile);
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const weightsOf = (model: tf.LayersModel) =>
  new Map(model.weights.map((weight) => [weight.originalName, weight.read().dataSync()]));

describe('loadQgt', () => {
  it('gives a LayersModel with exactly the values that the codes stand for', async () => {
    const model = await loadQgt(layersFile, { tf, kind: 'layers' });
    const weights = weightsOf(model);
    assert.equal(layers.values.size, 3);
    for (const [name, values] of layers.values) assert.deepEqual(weights.get(name), values);
    for (const tensor of layers.packed.tensors) {
      if (tensor.encoding === 'raw') assert.deepEqual(weights.get(tensor.name), tensor.values);
    }
    assert.deepEqual(model.getUserDefinedMetadata(), { author: 'nobody' });
  });

  it('gives a GraphModel that computes what the values say', async () => {
    const sample = graphSample({ bits: 4, quantizer: 'affine', granularity: 'perChannel' });
    const model = await loadQgt(graphFile, { tf, kind: 'graph' });
    const [w, x, b] = [sample.values.get('w')!, [1, 10, -100], [0.25, -3]];
    const expected = [0, 1].map((out) => x.reduce((sum, value, i) => sum + value * w[i * 2 + out]!, b[out]!));
    const output = (model.predict(tf.tensor2d(x, [1, 3])) as tf.Tensor).dataSync();
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(output[i]! - value) < 1e-4);
    assert.deepEqual(Object.keys(model.modelSignature), ['inputs', 'outputs']);
  });

  it('takes what the file holds where no kind is asked for', async () => {
    const both = [await loadQgt(layersFile, { tf }), await loadQgt(graphFile, { tf })];
    assert.ok(both[0] instanceof tf.LayersModel);
    assert.ok(both[1] instanceof tf.GraphModel);
  });

  const sources: [string, () => QgtSource][] = [
    ['a URL of a web server', () => `${server.url}layers.qgt`],
    ['a URL object', () => new URL('layers.qgt', server.url)],
    ['a URL without a content length', () => `${server.url}layers.qgt?chunked`],
    ['a URL with content encoding', () => `${server.url}layers.qgt?gzip`],
    ['a data URL', () => `data:;base64,${Buffer.from(layersFile).toString('base64')}`],
    ['a Blob', () => new Blob([layersFile.slice()])],
    ['a blob URL', () => URL.createObjectURL(new Blob([layersFile.slice()]))],
    ['an ArrayBuffer', () => layersFile.slice().buffer],
    ['a Node Buffer', () => Buffer.from(layersFile)],
    ['a file URL', () => pathToFileURL(join(folder, 'layers.qgt'))],
    ['an absolute path', () => join(folder, 'layers.qgt')],
    ['a relative path', () => relative('.', join(folder, 'layers.qgt'))],
  ];
  for (const [what, source] of sources) {
    it(`reads ${what}`, async () => assert.deepEqual(await readQgt(source()), layers.packed));
  }

  for (const query of ['', '?chunked', '?gzip']) {
    it(`tells its progress${query && ` with ${query.slice(1)}`}: rising, 1 at the end, once`, async () => {
      const fractions: number[] = [];
      const onProgress = (fraction: number): void => void fractions.push(fraction);
      await assert.rejects(readQgt(`${server.url}large.qgt${query}`, { onProgress }), { code: 'bad-qgt' });
      assert.equal(fractions.indexOf(1), fractions.length - 1);
      assert.deepEqual(
        fractions,
        fractions.toSorted((a, b) => a - b),
      );
      assert.equal(fractions.length > 1, query === '');
    });
  }

  it('takes the fetch that it is given', async () => {
    const asked: string[] = [];
    const answer = async (url: string) => {
      asked.push(url);
      return new Response(layersFile.slice());
    };
    await loadQgt('https://example.test/m.qgt', { tf, fetch: answer });
    assert.deepEqual(asked, ['https://example.test/m.qgt']);
  });
});

describe('fromQgt', () => {
  it('is a handler for the loaders of tfjs', async () => {
    const model = await tf.loadLayersModel(fromQgt(layersFile));
    assert.deepEqual(weightsOf(model).get('dense/kernel'), layers.values.get('dense/kernel'));
    assert.ok((await tf.loadGraphModel(fromQgt(`${server.url}graph.qgt`))) instanceof tf.GraphModel);
  });
});

describe('what cannot be loaded', () => {
  it('a page that is not there, with its status', () =>
    assert.rejects(readQgt(`${server.url}gone.qgt`), { code: 'not-found', message: /gone\.qgt.*404/ }));
  it('a server that does not answer', () =>
    assert.rejects(readQgt('http://127.0.0.1:1/m.qgt'), { code: 'not-found', message: /127\.0\.0\.1:1/ }));
  it('a path that is not there', () =>
    assert.rejects(readQgt(join(folder, 'gone.qgt')), { code: 'not-found', message: /gone\.qgt/ }));
  it('a damaged file, by the name that it was read under', async () => {
    const file = new File([layersFile.subarray(0, 99).slice()], 'mine.qgt');
    await assert.rejects(loadQgt(file, { tf }), { code: 'bad-qgt', message: /^mine\.qgt: .*cut short/ });
  });
  it('another kind than asked for', () =>
    assert.rejects(loadQgt(graphFile, { tf, kind: 'layers' }), {
      code: 'usage',
      message: /got graph, expected layers; load it with kind: 'graph'/,
    }));
  it('a kind that tf does not load', () => {
    const converterOnly = { loadGraphModel: tf.loadGraphModel } as typeof tf;
    return assert.rejects(loadQgt(layersFile, { tf: converterOnly }), {
      code: 'usage',
      message: /tfjs-layers/,
    });
  });
});

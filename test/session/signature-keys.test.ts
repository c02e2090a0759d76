import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { openSession } from '../../src/session/session.js';
import { floats } from '../compression/live-graph.js';
import { withFolder } from '../pipeline/digits.js';
import { operation, placeholder, saveGraphModel } from '../pipeline/graph-folder.js';

const COUNT = 6;
const xs = Float32Array.from({ length: COUNT * 4 }, (_, index) => Math.sin(index));
const classes = Int32Array.of(0, 2, 1, 1, 2, 0);
const values = Float32Array.from({ length: COUNT * 2 }, (_, index) => Math.cos(index));

const sized = (name: string, ...sizes: number[]) => ({
  name: `${name}:0`,
  tensorShape: { dim: sizes.map((size) => ({ size: `${size}` })) },
});
/** `b` is another output's node too, which goes before. */
const signature = {
  inputs: { image: sized('in', -1, 4) },
  outputs: { class: sized('a', -1, 3), reg: sized('b', -1, 2), b: sized('c', -1, 1) },
};

const saved = (folder: string) =>
  saveGraphModel(
    folder,
    [
      placeholder('in', [-1, 4]),
      operation('MatMul', 'logits', ['in', 'ka']),
      operation('Softmax', 'a', ['logits']),
      operation('MatMul', 'b', ['in', 'kb']),
      operation('MatMul', 'c', ['in', 'kc']),
    ],
    [floats('ka', 4, 3), floats('kb', 4, 2), floats('kc', 4, 1)],
    { signature },
  );

describe('a graph whose signature has keys of its own', () => {
  before(async () => void (await startEngine('embedded')));

  for (const [by, names] of [
    ['keys', { input: 'image', class: 'class', reg: 'reg' }],
    ['nodes', { input: 'in', class: 'a', reg: 'b' }],
  ] as const)
    it(`takes data, metrics and ranges by ${by}, and class numbers for one output of several`, () =>
      withFolder(async (folder) => {
        const session = await openSession(
          { model: await saved(folder), require: [], engine: 'embedded' },
          () => {},
        );
        assert.deepEqual(
          session.liveModel.outputs.map(({ name, key }) => [name, key]),
          [
            ['a', 'class'],
            ['b', 'reg'],
            ['c', undefined],
          ],
        );
        const samples = await openSamples(session, {
          data: {
            xs: { [names.input]: xs },
            ys: { [names.class]: classes, [names.reg]: values, c: values.slice(0, COUNT) },
          },
          metric: { [names.class]: 'f1' },
          inputRange: { [names.input]: '0..1' },
          purpose: 'measure',
          seed: 0,
          synthesis: { worth: 'noise' },
          onProgress: () => {},
        });
        assert.deepEqual(
          samples.heads.map(({ name, kind, metric }) => [name, kind, metric?.name]),
          [
            ['a', 'softmax', 'f1'],
            ['b', 'linear', undefined],
            ['c', 'linear', undefined],
          ],
        );
        assert.equal(samples.ranges[0]!.name, '0..1');
        const { labels } = samples.training.dataset;
        assert.ok(labels.kind === 'values');
        const rows = await labels.rows[0]!.read([1, 0, 3]);
        assert.deepEqual([...rows], [0, 0, 1, 1, 0, 0, 0, 1, 0]);
        await samples.close();
        session.liveModel.dispose();
      }));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { createRandom } from '../../src/core/index.js';
import {
  type Augmentation,
  type Batch,
  batches,
  createRowStore,
  type Dataset,
  type Labels,
  parseAugmentations,
  parseInputRange,
  type Rows,
  readClasses,
} from '../../src/data/index.js';
import { type Preparation, prepare } from '../../src/data/preparation/prepare.js';
import { startThread } from '../../src/data/preparation/thread.js';
import { refusal } from './specs.js';

const AS_IS = parseInputRange('as-is', 1);

/** Rows [index, 10 * index]. */
function pairs(count: number): Rows {
  const writer = createRowStore().writer([2], 'uint8');
  for (let index = 0; index < count; index++) writer.append(Uint8Array.of(index, 10 * index));
  return writer.finish();
}

function datasetOf(inputs: readonly Rows[], labels: Labels): Dataset {
  return { source: 'test', count: inputs[0]!.count, inputs, labels, skipped: [], close: async () => {} };
}

async function all(source: AsyncIterable<Batch>): Promise<Batch[]> {
  const list: Batch[] = [];
  for await (const batch of source) list.push(batch);
  return list;
}

describe('batches', () => {
  it('give the samples in order, the rest kept or dropped', async () => {
    const dataset = datasetOf([pairs(8), pairs(8)], { kind: 'none' });
    const order = [7, 1, 1, 0, 5];
    const kept = await all(batches(dataset, order, { batchSize: 2, ranges: [AS_IS, AS_IS] }));
    assert.deepEqual(
      kept.map(({ size }) => size),
      [2, 2, 1],
    );
    assert.deepEqual(
      kept.map(({ inputs }) => [...inputs[1]!]),
      [
        [7, 70, 1, 10],
        [1, 10, 0, 0],
        [5, 50],
      ],
    );
    assert.deepEqual(
      kept.map(({ labels }) => labels),
      [undefined, undefined, undefined],
    );
    const dropped = await all(
      batches(dataset, order, { batchSize: 2, ranges: [AS_IS, AS_IS], rest: 'drop' }),
    );
    assert.deepEqual(
      dropped.map(({ size }) => size),
      [2, 2],
    );
    assert.deepEqual(await all(batches(dataset, [], { batchSize: 2, ranges: [AS_IS, AS_IS] })), []);
    assert.deepEqual(
      await all(batches(dataset, [1], { batchSize: 2, ranges: [AS_IS, AS_IS], rest: 'drop' })),
      [],
    );
  });

  it('apply to each input its own range', async () => {
    const dataset = datasetOf([pairs(8), pairs(8)], { kind: 'none' });
    const ranges = [parseInputRange('0..255', 1), parseInputRange('mean=10,0/std=1,100', 2)];
    const [batch] = await all(batches(dataset, [2, 4], { batchSize: 2, ranges }));
    assert.deepEqual([...batch!.inputs[0]!], [2, 20, 4, 40]);
    assert.deepEqual(
      [...batch!.inputs[1]!].map((value) => Math.round(1e4 * value) / 1e4),
      [-8, 0.2, -6, 0.4],
    );
  });

  it('begin where a pass is gone on with, varied as in the whole pass', async () => {
    const noise: Augmentation = {
      name: 'noise',
      describe: '',
      apply: (row, _, random) => row.fill(random.next()),
    };
    const dataset = datasetOf([pairs(8)], { kind: 'none' });
    const passFrom = (first?: number) =>
      all(
        batches(dataset, [7, 1, 1, 0, 5], {
          batchSize: 2,
          ranges: [AS_IS],
          first,
          augment: { augmentations: [noise], random: createRandom(3) },
        }),
      );
    const whole = await passFrom();
    for (const first of [0, 1, 2, 3]) assert.deepEqual(await passFrom(first), whole.slice(first));
  });

  it('carry classes as integers and values as one array per output', async () => {
    const writer = createRowStore().writer([], 'int32');
    writer.append(Int32Array.of(3, 1, 2));
    const classes = datasetOf([pairs(3)], { kind: 'classes', rows: writer.finish() });
    const [first] = await all(batches(classes, [2, 0], { batchSize: 4, ranges: [AS_IS] }));
    assert.deepEqual(first!.labels, Int32Array.of(2, 3));
    assert.deepEqual(await readClasses(classes), Int32Array.of(3, 1, 2));
    const values = datasetOf([pairs(3)], { kind: 'values', rows: [pairs(3), pairs(3)] });
    const [second] = await all(batches(values, [2], { batchSize: 4, ranges: [AS_IS] }));
    assert.deepEqual(second!.labels, [Float32Array.of(2, 20), Float32Array.of(2, 20)]);
    assert.equal(await readClasses(values), undefined);
  });

  it('apply the range after the augmentation, the same for the same seed', async () => {
    const jitter: Augmentation = {
      name: 'jitter',
      describe: 'test',
      apply: (values, shape, random) => {
        assert.deepEqual(shape, [2]);
        values[0] = values[0]! + random.below(100);
      },
    };
    const dataset = datasetOf([pairs(8)], { kind: 'none' });
    const run = (seed: number) => {
      const augment = { augmentations: [jitter], random: createRandom(seed) };
      return all(
        batches(dataset, [0, 1, 2, 3], { batchSize: 3, ranges: [parseInputRange('-1..1', 2)], augment }),
      );
    };
    const expected = createRandom(5);
    const flat = (await run(5)).flatMap(({ inputs }) => [...inputs[0]!]);
    assert.deepEqual(
      flat,
      (await run(5)).flatMap(({ inputs }) => [...inputs[0]!]),
    );
    const batchSeeds = [expected.seed(), expected.seed()].map(createRandom);
    const raw = [0, 1, 2, 3].flatMap((index) => [
      index + batchSeeds[Math.floor(index / 3)]!.below(100),
      10 * index,
    ]);
    const mapped = raw.map((value) => Math.fround(value * (2 / 255) - 1));
    assert.deepEqual(flat, mapped);
    assert.deepEqual([...(await dataset.inputs[0]!.read([3]))], [3, 30]);
  });

  it('are prepared in a worker thread as they would be here', async () => {
    const shape = [64, 64, 3];
    const rows = Uint8Array.from({ length: 12 * 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const thread = startThread();
    await thread.started;
    assert.equal(thread.state(), 'ready');
    for (const seed of [1, 2]) {
      const preparation: Preparation = {
        shape,
        augmentations: parseAugmentations('flip,shift,cutout'),
        seed,
        range: parseInputRange('imagenet', 3),
      };
      const here = prepare(rows.slice(), preparation);
      assert.deepEqual(await thread.prepare(rows.slice(), preparation), here);
    }
  });

  it('are the same whether there is a thread yet or not', async () => {
    const shape = [64, 64, 3];
    const writer = createRowStore().writer(shape, 'uint8');
    writer.append(Uint8Array.from({ length: 24 * 64 * 64 * 3 }, (_, index) => (index * 7919) % 251));
    const dataset = datasetOf([writer.finish()], { kind: 'none' });
    const order = Array.from({ length: 24 }, (_, index) => 23 - index);
    const pass = async () => {
      const augment = { augmentations: parseAugmentations('flip,shift'), random: createRandom(3) };
      const found = await all(batches(dataset, order, { batchSize: 12, ranges: [AS_IS], augment }));
      return found.map(({ inputs }) => inputs[0]);
    };
    const first = await pass();
    for (let round = 0; round < 5; round++) {
      await after(20);
      assert.deepEqual(await pass(), first);
    }
  });

  it('use their arrays again where they may, with the same values', async () => {
    const shape = [64, 64, 3];
    const writer = createRowStore().writer(shape, 'uint8');
    writer.append(Uint8Array.from({ length: 41 * 64 * 64 * 3 }, (_, index) => (index * 7919) % 251));
    const dataset = datasetOf([writer.finish()], { kind: 'none' });
    const order = Array.from({ length: 41 }, (_, index) => 40 - index);
    const options = { batchSize: 12, ranges: [parseInputRange('0..1', 3)] };
    const fresh = (await all(batches(dataset, order, options))).map(({ inputs }) => inputs[0]!);
    const reused: Float32Array[] = [];
    for await (const { inputs } of batches(dataset, order, { ...options, reuseArrays: true }))
      reused.push(inputs[0]!.slice());
    assert.deepEqual(reused, fresh);
  });

  it('read the next batch while one is worked on, and no further', async () => {
    const asked: number[] = [];
    const rows = pairs(8);
    const read: Rows['read'] = (indices) => {
      asked.push(indices[0]!);
      return rows.read(indices);
    };
    const spy: Rows = { ...rows, read };
    const source = batches(datasetOf([spy], { kind: 'none' }), [0, 1, 2, 3], {
      batchSize: 1,
      ranges: [AS_IS],
    });
    await source.next();
    assert.deepEqual(asked, [0, 1]);
    await source.next();
    assert.deepEqual(asked, [0, 1, 2]);
    await source.return();
    assert.deepEqual(asked, [0, 1, 2]);
  });

  it('pass on a failed read when its batch is asked for, and stop when told to', async () => {
    const rows = pairs(3);
    const failing: Rows = {
      ...rows,
      read: (indices) => (indices[0] === 1 ? Promise.reject(new Error('gone')) : rows.read(indices)),
    };
    const source = batches(datasetOf([failing], { kind: 'none' }), [0, 1, 2], {
      batchSize: 1,
      ranges: [AS_IS],
    });
    assert.equal((await source.next()).value?.size, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await assert.rejects(source.next(), /gone/);
    const stop = new AbortController();
    const options = { batchSize: 1, ranges: [AS_IS], signal: stop.signal };
    const stopped = batches(datasetOf([rows], { kind: 'none' }), [0, 1, 2], options);
    await stopped.next();
    stop.abort();
    await assert.rejects(stopped.next(), refusal('aborted'));
  });

  it('refuse a range for another number of channels', async () => {
    const range = parseInputRange('imagenet', 3);
    const source = batches(datasetOf([pairs(1)], { kind: 'none' }), [0], { batchSize: 1, ranges: [range] });
    await assert.rejects(source.next(), refusal('usage', 'imagenet', 'got 3 channels', 'expected 2'));
  });
});

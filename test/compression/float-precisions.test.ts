import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choosePrecisions, lengthenWorst } from '../../src/compression/file/float-precisions.js';

const NAMES = Array.from({ length: 16 }, (_, index) => `t${index}`);

/** Whether what each tensor adds, by its bits, stays below 1 in all. */
const below =
  (noiseOf: (name: string, bits: 16 | 24) => number, tries: { count: number }) =>
  async (precisions: ReadonlyMap<string, 16 | 24>): Promise<boolean> => {
    tries.count++;
    return [...precisions].reduce((sum, [name, bits]) => sum + noiseOf(name, bits), 0) <= 1;
  };

describe('the precision of floats', () => {
  it('is the shortest for all of them in one try, where that does not show', async () => {
    const tries = { count: 0 };
    const chosen = await choosePrecisions(
      NAMES,
      below(() => 0.01, tries),
    );
    assert.deepEqual(
      [...chosen],
      NAMES.map((name) => [name, 16]),
    );
    assert.equal(tries.count, 1);
  });

  it('is more only for those that show, and their neighbours', async () => {
    const noiseOf = (name: string, bits: number) => (name === 't5' ? (bits === 16 ? 100 : 0.1) : 0.01);
    const tries = { count: 0 };
    const chosen = await choosePrecisions(NAMES, below(noiseOf, tries));
    assert.deepEqual(
      [...chosen].filter(([, bits]) => bits === 24).map(([name]) => name),
      ['t4', 't5'],
    );
    assert.equal(chosen.size, NAMES.length);
    assert.ok(tries.count < 10);
  });

  it('is that of a float32 where even 24 bits show', async () => {
    const noiseOf = (name: string) => (name === 't15' ? 100 : 0.01);
    const chosen = await choosePrecisions(NAMES, below(noiseOf, { count: 0 }));
    assert.deepEqual(
      NAMES.filter((name) => chosen.get(name) !== 16),
      ['t14', 't15'],
    );
    assert.deepEqual([chosen.get('t14'), chosen.get('t15')], [24, undefined]);
  });

  it('never shows in all, though each of them alone would not', async () => {
    const noiseOf = (_: string, bits: number) => (bits === 16 ? 0.3 : 0.01);
    const chosen = await choosePrecisions(NAMES, below(noiseOf, { count: 0 }));
    const sum = [...chosen].reduce((total, [name, bits]) => total + noiseOf(name, bits), 0);
    assert.ok(sum <= 1);
    assert.equal(chosen.size, NAMES.length);
  });

  it('of nothing is nothing', async () => {
    assert.equal((await choosePrecisions([], async () => false)).size, 0);
  });
});

describe('lengthenWorst', () => {
  const alone: Record<string, number> = { a: 1, b: 7, c: 3, d: 0.5 };
  const excessOf = async (precisions: ReadonlyMap<string, number>) =>
    [...precisions].reduce((sum, [name, bits]) => sum + (bits === 16 ? alone[name]! : 0), 0);
  for (const [most, longer] of [
    [12, []],
    [6, ['b']],
    [2, ['b', 'c']],
    [0, ['a', 'b', 'c', 'd']],
  ] as const) {
    it(`noise of ${most}: more bits for ${longer.length} of the loudest`, async () => {
      const chosen = await lengthenWorst(Object.keys(alone), excessOf, most);
      assert.deepEqual(
        Object.keys(alone).filter((name) => chosen.get(name) === 24),
        longer,
      );
      assert.equal(chosen.size, 4);
    });
  }
});

import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { combinationsOf } from '../../src/sweep/combinations.js';
import { planTrials } from '../../src/sweep/plan-trials.js';
import { parseSpec } from '../../src/sweep/spec.js';
import { createTrial } from '../../src/sweep/trial.js';
import { modelNames, trialNames } from '../../src/sweep/trial-names.js';
import { pathsFromFolder, pathsFromHere } from '../../src/sweep/trial-paths.js';
import { digits, withFolder } from '../pipeline/digits.js';

const spec = (given: object) => parseSpec(given, 'spec.json');

describe('the combinations of a sweep', () => {
  it('of a grid are all, the last option changing first', () => {
    const { grid } = spec({ grid: { bits: [2, 4], quantizer: ['uniform', 'integer'] } });
    assert.deepEqual(combinationsOf({ grid, random: undefined }), [
      { bits: 2, quantizer: 'uniform' },
      { bits: 2, quantizer: 'integer' },
      { bits: 4, quantizer: 'uniform' },
      { bits: 4, quantizer: 'integer' },
    ]);
    assert.deepEqual(combinationsOf(spec({})), [{}]);
  });

  const random = (seed: number) =>
    combinationsOf(
      spec({
        random: {
          trials: 300,
          seed,
          options: {
            guidance: { from: 0.001, to: 1, scale: 'log' },
            epochs: { from: 3, to: 5, whole: true },
            bits: [2, 3],
            distill: { from: 0, to: 1 },
          },
        },
      }),
    );

  it('drawn at random are the same for the same seed, and lie in their ranges', () => {
    const drawn = random(1);
    assert.deepEqual(drawn, random(1));
    assert.notDeepEqual(drawn, random(2));
    assert.deepEqual([...new Set(drawn.map(({ bits }) => bits))].sort(), [2, 3]);
    assert.deepEqual([...new Set(drawn.map(({ epochs }) => epochs))].sort(), [3, 4, 5]);
    const guidance = drawn.map((each) => Number(each.guidance));
    assert.ok(guidance.every((value) => value >= 0.001 && value <= 1));
    // On a log scale half of them lie below the root of 0.001 times 1, evenly drawn 3 in a hundred.
    const below = guidance.filter((value) => value < 0.0316).length;
    assert.ok(below > 120 && below < 180, `${below}`);
  });

  it('are described by options that a trial has, and by a grid or a draw', () => {
    assert.throws(
      () => spec({ grid: { bit: [2] } }),
      /spec\.json: bit is no option of a trial; did you mean bits\?/,
    );
    assert.throws(() => spec({ options: { output: 'x' } }), /output is no option of a trial/);
    assert.throws(
      () => spec({ grid: { bits: [2] }, random: { trials: 1, options: {} } }),
      /random: must be left out beside grid/,
    );
    assert.throws(
      () => spec({ random: { trials: 1, options: { distill: { from: 1, to: 0 } } } }),
      /spec\.json/,
    );
    assert.throws(() => spec({ grit: {} }), /spec\.json/);
    const many = Array.from({ length: 101 }, (_, seed) => seed);
    assert.throws(
      () => spec({ grid: { seed: many, epochs: many } }),
      /grid: must have at most 10000 combinations/,
    );
  });
});

describe('the id of a trial', () => {
  const id = (options: object, inputs = 'inputs') => createTrial({ model: 'm.json', ...options }, inputs).id;

  it('is one for the same options, in whatever order and form they are given', () => {
    assert.equal(id({ bits: 2, seed: 1 }), id({ seed: 1, bits: 2 }));
    assert.equal(id({ bits: 4 }), id({}));
    assert.equal(id({ layer: { a: 4 } }), id({ layer: ['a=4'] }));
  });

  it('is another for other options or inputs that decide the result', () => {
    const ids = [
      id({}),
      id({ bits: 2 }),
      id({ seed: 1 }),
      id({ engine: 'embedded' }),
      id({ maxTime: 9 }),
      id({}, 'x'),
    ];
    assert.equal(new Set(ids).size, ids.length);
  });

  it('says nothing of limits, unless they are what widths are chosen for', () => {
    assert.equal(id({ maxDrop: 1 }), id({}));
    assert.notEqual(id({ bits: 'auto', maxDrop: 1 }), id({ bits: 'auto', maxDrop: 2 }));
  });
});

describe('the name of a model', () => {
  it('is as long as tells it from others', () => {
    const paths = ['a/digits/model.json', 'b/digits/model.json', 'b/mnist.json', 'resnet8', 'model.json'];
    const trials = paths.map((model) => createTrial({ model }, 'inputs'));
    assert.deepEqual([...modelNames(trials).values()], ['a/digits', 'b/digits', 'mnist', 'resnet8', 'model']);
    assert.equal(trialNames(trials.slice(0, 2)).get(trials[1]!), 'b/digits');
  });
});

describe('the trials of a sweep', () => {
  const plan = (folder: string, grid: object, options: object = {}) =>
    planTrials(spec({ options: { model: digits.model, data: digits.train, ...options }, grid }), folder);

  it('are one where combinations come to the same, and none where compress refuses one', () =>
    withFolder(async (folder) => {
      // Ternary has one width, and uint8 none of 2 bits.
      const { trials, notes } = await plan(folder, {
        bits: [2, 4],
        quantizer: ['ternary', 'uint8', 'uniform'],
      });
      assert.deepEqual(
        trials.map(({ options: { bits, quantizer } }) => [bits, quantizer]),
        [
          [2, 'ternary'],
          [2, 'uniform'],
          [4, 'uniform'],
        ],
      );
      assert.equal(notes.length, 2);
      assert.match(
        notes[0]!,
        /^no trial of bits=2 quantizer=uint8: sweep: .*must be 8 or more.* see `qgt sweep --help`/,
      );
    }));

  it('are told by the bytes of the model, wherever it lies', () =>
    withFolder(async (folder) => {
      const copy = join(folder, 'copy');
      await mkdir(copy);
      for (const name of ['model.json', 'weights.bin'])
        await cp(digits.model.replace('model.json', name), join(copy, name));
      const idIn = async (model: string) => (await plan(folder, {}, { model })).trials[0]!.id;
      const before = await idIn(digits.model);
      assert.equal(await idIn(copy), before);
      const weights = new Uint8Array(163_624);
      await writeFile(join(copy, 'weights.bin'), weights);
      assert.notEqual(await idIn(copy), before);
    }));

  it('are refused where the model or the data is not there', () =>
    withFolder(async (folder) => {
      await assert.rejects(plan(folder, {}, { model: 'no.json' }), /no\.json: no such file or folder/);
      await assert.rejects(plan(folder, {}, { data: 'no.npz' }), /no\.npz: no such file or folder/);
      await assert.rejects(plan(folder, { quantizer: ['uint8'], bits: [2] }), /must be 8 or more/);
    }));

  it('keep paths relative to the folder, and find them from elsewhere', () => {
    const options = { model: 'a/m.json', data: '/abs/d.npz', require: ['b.mjs'], bits: 2, classes: ['x'] };
    const kept = pathsFromFolder(options, 'out/sweep');
    assert.deepEqual(kept, { ...options, model: '../../a/m.json', require: ['../../b.mjs'] });
    assert.deepEqual(pathsFromHere(kept, 'out/sweep'), options);
  });
});

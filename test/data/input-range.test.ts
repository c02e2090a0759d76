import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyInputRange,
  candidateRanges,
  chooseInputRanges,
  parseInputRange,
} from '../../src/data/index.js';
import { isInputRange } from '../../src/data/input-range.js';
import { refusal } from './specs.js';

/** What a range makes of one pixel. */
function ranged(text: string, pixel: readonly number[]): number[] {
  const values = Float32Array.from(pixel);
  applyInputRange(values, parseInputRange(text, pixel.length));
  return [...values];
}

function assertClose(actual: readonly number[], expected: readonly number[], text: string): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries())
    assert.ok(Math.abs(value - expected[index]!) < 1e-5, `${text}: ${actual}`);
}

describe('input range', () => {
  it('maps bytes to what its name says', () => {
    const black = [0, 0, 0];
    const white = [255, 255, 255];
    const cases: [string, readonly number[], readonly number[]][] = [
      ['as-is', black, white],
      ['0..1', black, [1, 1, 1]],
      ['-1..1', [-1, -1, -1], [1, 1, 1]],
      ['0..255', black, white],
      ['-0.5..0.5', [-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]],
      ['mean=0.5/std=0.5', [-1, -1, -1], [1, 1, 1]],
      ['mean=127.5/std=127.5', [-1, -1, -1], [1, 1, 1]],
      ['mean=0/std=1', black, [1, 1, 1]],
      ['mean=103.939,116.779,123.68/std=1', [-103.939, -116.779, -123.68], [151.061, 138.221, 131.32]],
      // What torchvision.transforms.Normalize makes of 0 and 1 with the same figures.
      ['imagenet', [-2.117904, -2.035714, -1.804444], [2.248908, 2.428571, 2.64]],
      [
        'mean=0.485,0.456,0.406/std=0.229,0.224,0.225',
        [-2.117904, -2.035714, -1.804444],
        [2.248908, 2.428571, 2.64],
      ],
    ];
    for (const [text, ofBlack, ofWhite] of cases) {
      assertClose(ranged(text, black), ofBlack, text);
      assertClose(ranged(text, white), ofWhite, text);
      assert.equal(parseInputRange(text, 3).name, text);
    }
  });

  it('maps each channel on its own', () => {
    const values = Float32Array.of(0, 255, 255, 0);
    applyInputRange(values, parseInputRange('mean=0,0.5/std=1,0.5', 2));
    assert.deepEqual([...values], [0, 1, 1, -1]);
  });

  it('refuses what is no range', () => {
    const texts = [
      '',
      '0-1',
      '1..0',
      '1..1',
      '0..',
      'mean=0.5',
      'mean=1,2/std=1',
      'mean=0/std=0',
      'mean=0/std=-1',
      'x',
    ];
    for (const text of texts) {
      assert.throws(
        () => parseInputRange(text, 3),
        refusal('usage', `input range ${text}`, '--input-range=RANGE'),
      );
    }
    assert.throws(
      () => parseInputRange('imagenet', 1),
      refusal('usage', '3 means and 3 deviations for 1 channels'),
    );
  });

  it('has candidates for bytes alone', () => {
    const names = (dtype: 'uint8' | 'int32' | 'float32', channels: number) =>
      candidateRanges(dtype, channels).map(({ name }) => name);
    assert.deepEqual(names('uint8', 3), ['0..1', '-1..1', '0..255', 'imagenet']);
    assert.deepEqual(names('uint8', 1), ['0..1', '-1..1', '0..255']);
    assert.deepEqual(names('float32', 3), ['as-is']);
    assert.deepEqual(names('int32', 1), ['as-is']);
  });

  it('is chosen by score, the first of equals, with all figures', async () => {
    const candidates = candidateRanges('uint8', 3);
    const choose = async (figures: readonly number[]) => {
      const { best, scores } = await chooseInputRanges(
        [candidates],
        async ([range]) => figures[candidates.indexOf(range!)]!,
      );
      return { best: best[0]!.name, scores: scores.map(({ score }) => score) };
    };
    assert.deepEqual(await choose([0.1, 0.9, 0.9, 0.2]), { best: '-1..1', scores: [0.1, 0.9, 0.9, 0.2] });
    assert.equal((await choose([Number.NaN, -3, Number.NaN, -4])).best, '-1..1');
    assert.equal((await choose([Number.NaN, Number.NaN, Number.NaN, Number.NaN])).best, '0..1');
  });

  it('of several inputs is the same at first, then changed for one at a time', async () => {
    const settled = [parseInputRange('as-is', 1)];
    const candidates = [candidateRanges('uint8', 3), settled, candidateRanges('uint8', 1)];
    const wanted = ['imagenet', 'as-is', '-1..1'];
    const { best, scores } = await chooseInputRanges(
      candidates,
      async (ranges) => ranges.filter(({ name }, index) => name === wanted[index]).length,
    );
    assert.deepEqual(
      best.map(({ name }) => name),
      wanted,
    );
    const tried = scores.map(({ ranges }) => ranges.map(({ name }) => name).join(' '));
    // What has one channel can't have imagenet.
    assert.deepEqual(tried.slice(0, 4), [
      '0..1 as-is 0..1',
      '-1..1 as-is -1..1',
      '0..255 as-is 0..255',
      'imagenet as-is 0..1',
    ]);
    assert.equal(new Set(tried).size, tried.length);
    const { best: alone, scores: none } = await chooseInputRanges([settled], async () => assert.fail());
    assert.deepEqual([alone, none], [settled, []]);
  });
});

it('a range of very many digits is read, or refused, in no time', () => {
  const digits = '1'.repeat(200_000);
  const before = process.cpuUsage();
  for (const text of [`mean=${digits}/std=${digits}x`, `${digits}..${digits}x`])
    assert.equal(isInputRange(text), false);
  assert.equal(isInputRange('-.5..1.25'), true);
  assert.equal(isInputRange('0..1.'), false);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 1e6, `${user + system} microseconds`);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatBytes,
  formatCost,
  formatDecibels,
  formatDuration,
  formatMetric,
  formatRatio,
  formatResidual,
  summarizeFloats,
} from '../../src/report/index.js';

describe('figures', () => {
  const cases: [(value: number) => string, number, string][] = [
    [formatBytes, 0, '0 B'],
    [formatBytes, 999, '999 B'],
    [formatBytes, 1000, '1.00 kB'],
    [formatBytes, 9994, '9.99 kB'],
    [formatBytes, 9996, '10.0 kB'],
    [formatBytes, 99_960, '100 kB'],
    [formatBytes, 999_499, '999 kB'],
    [formatBytes, 999_500, '1.00 MB'],
    [formatBytes, 1_234_567_890, '1.23 GB'],
    [formatDuration, 0, '0.0 s'],
    [formatDuration, 9949, '9.9 s'],
    [formatDuration, 9951, '10 s'],
    [formatDuration, 59_600, '1 min 0 s'],
    [formatDuration, 3_599_000, '59 min 59 s'],
    [formatDuration, 7_500_000, '2 h 5 min'],
    [formatRatio, 8.04, '8.0'],
    [formatRatio, 123.4, '123'],
    [formatDecibels, -3.25, '-3.3'],
    [formatCost, 0, '0'],
    [formatCost, 0.0213, '0.021'],
    [formatCost, 0.000_012_3, '1.2e-5'],
    [formatResidual, 0, '0.0000'],
    [formatResidual, 0.0123, '0.0123'],
    [formatResidual, 0.000_012, '1.2e-5'],
    [(value) => formatMetric('accuracy', value), 0.5, '50.0 %'],
    [(value) => formatMetric('r2', value), -0.5, '-0.500'],
  ];
  for (const [format, value, expected] of cases) {
    it(`${value} → ${expected}`, () => assert.equal(format(value), expected));
  }

  it('what there is none of is a dash', () => {
    assert.deepEqual([formatDecibels(null), formatResidual(null)], ['–', '–']);
  });
});

describe('summarizeFloats', () => {
  it('adds up what stayed in float, the most bytes first', () => {
    const tensor = (name: string, bits: number, reason: string, packedBytes: number) => ({
      name,
      bits,
      reason,
      floatBytes: 40,
      packedBytes,
    });
    const layers = [
      tensor('a', 32, 'tiny', 10),
      tensor('b', 32, 'bias', 44),
      tensor('c', 2, '--bits', 9),
      tensor('d', 32, 'tiny', 20),
      tensor('e', 32, 'folded', 0),
    ];
    assert.deepEqual(summarizeFloats(layers), {
      count: 4,
      floatBytes: 160,
      packedBytes: 74,
      groups: [
        { reason: 'bias', names: ['b'], floatBytes: 40, packedBytes: 44 },
        { reason: 'tiny', names: ['a', 'd'], floatBytes: 80, packedBytes: 30 },
        { reason: 'folded', names: ['e'], floatBytes: 40, packedBytes: 0 },
      ],
    });
    assert.deepEqual(summarizeFloats([]).groups, []);
    const part = (name: 'kernels' | 'biases' | 'other', bytesAfter: number) => ({
      part: name,
      bytesBefore: 0,
      bytesAfter,
    });
    const { packedBytes, groups } = summarizeFloats(layers, [
      part('kernels', 500),
      part('biases', 100),
      part('other', 14),
    ]);
    assert.equal(packedBytes, 114);
    assert.deepEqual(
      groups.map((group) => [group.reason, group.names.length, group.packedBytes]),
      [
        ['bias', 1, 44],
        ['biases that took up BatchNorm', 0, 40],
        ['tiny', 2, 30],
        ['folded', 1, 0],
      ],
    );
  });
});

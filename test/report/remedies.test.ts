import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byGain, type LayerReport, labelsOf, remedyText } from '../../src/report/index.js';

type Verdict = NonNullable<LayerReport['verdict']>;

const verdict = (level: Verdict['level'], rank: number | null, gainPoints?: number): Verdict => ({
  level,
  rank,
  reason: level === 'none' ? null : 'a reason',
  remedies:
    gainPoints === undefined
      ? []
      : [
          {
            kind: 'float',
            bits: null,
            text: '',
            option: '',
            gainPoints,
            gainError: null,
            gainDivergence: null,
            bytes: null,
          },
        ],
});

describe('byGain', () => {
  it('gain goes before level, level before rank, rank before the place in the model; floats are left out', () => {
    const layers = [
      { name: 'float', bits: 32, verdict: null },
      { name: 'unjudged', bits: 2, verdict: null },
      { name: 'third', bits: 2, verdict: verdict('none', 3) },
      { name: 'second', bits: 2, verdict: verdict('none', 2) },
      { name: 'watch', bits: 2, verdict: verdict('watch', null) },
      { name: 'bottleneck', bits: 2, verdict: verdict('bottleneck', null) },
      { name: 'loses', bits: 2, verdict: verdict('bottleneck', 1, -0.4) },
      { name: 'gains', bits: 8, verdict: verdict('watch', 4, 1.5) },
    ];
    assert.deepEqual(
      byGain(layers).map(({ name }) => name),
      ['gains', 'loses', 'bottleneck', 'watch', 'second', 'third', 'unjudged'],
    );
  });
});

describe('labelsOf', () => {
  const cases: [string, string[], string[]][] = [
    ['a layer alone', ['conv/kernel', 'dense/kernel'], ['conv', 'dense']],
    [
      'a layer with two kernels',
      ['lstm/kernel', 'lstm/recurrent_kernel', 'dense/kernel'],
      ['lstm/kernel', 'lstm/recurrent_kernel', 'dense'],
    ],
    ['a scope for all', ['call/model/conv/w', 'call/model/conv_1/w'], ['conv', 'conv_1']],
    ['a scope for some', ['call/a/w', 'call/b/w', 'c/w'], ['call/a', 'call/b', 'c']],
    ['names without a layer', ['w', 'v'], ['w', 'v']],
    ['one', ['outer/conv/kernel'], ['outer/conv']],
    ['odd slashes', ['a//w', 'a/b/w'], ['a//w', 'b']],
  ];
  for (const [what, names, expected] of cases) {
    it(what, () => {
      const layers = names.map((name) => ({ name, bits: 2 }));
      assert.deepEqual([...labelsOf(layers).values()], expected);
      assert.deepEqual([...labelsOf(layers).keys()], names);
    });
  }
});

describe('remedyText', () => {
  const cases = [
    ['accuracy', 1.84, 310, 'conv at 4 bits: +1.8 points for 310 bytes'],
    ['agreement', 0, 12_345, 'conv at 4 bits: +0.0 points of agreement for 12,345 bytes'],
    ['r2', 2.34, 0, 'conv at 4 bits: +0.023 R², and no byte more'],
    ['accuracy', -0.4, -1200, 'conv at 4 bits: −0.4 points, and 1,200 bytes less'],
  ] as const;
  for (const [metric, points, bytes, text] of cases)
    it(text, () => assert.equal(remedyText('conv at 4 bits', points, metric, bytes), text));
});

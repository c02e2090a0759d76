import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainCost, findProblem, type LayerDiagnostics } from '../../src/analysis/diagnostics.js';
import { diagnose, judgeMeasured, type MeasuredCost } from '../../src/analysis/verdict.js';
import { bitsFor, verdictsByDiagnostics } from '../../src/analysis/verdicts.js';
import { sampleReport } from '../report/sample-report.js';

/** A 2-bit layer that does what 2 bits do on normally distributed weights: 9.25 dB. */
const usual: LayerDiagnostics = {
  bits: 2,
  expectedDb: 9.25,
  roundingDb: 9.3,
  trained: false,
  entropyPenalty: 0,
  outputDb: 9.1,
  fanIn: 288,
  channelRms: new Array(32).fill(1),
  oneScale: false,
  revived: 0,
  stretchedErrors: new Array(32).fill(0.1),
};
const withOutlier = [...new Array(31).fill(1), 12];

describe('findProblem', () => {
  const cases: readonly [string, Partial<LayerDiagnostics>, RegExp | null][] = [
    ['a usual layer has none', {}, null],
    ['a little below is none', { roundingDb: 6.4 }, null],
    ['without noise there is none', { roundingDb: null, outputDb: null }, null],
    ['three levels reach 7.2 dB', { bits: 1.58, expectedDb: 7.21, roundingDb: 4.3, outputDb: 7 }, null],
    [
      'three levels of weights with outliers',
      { bits: 1.58, expectedDb: 7.21, roundingDb: 4.1 },
      /1\.58 bits reach 7\.2 dB/,
    ],
    ['the mark is that of the grid', { bits: 4, expectedDb: 14.23, roundingDb: 14, outputDb: 14 }, null],
    ['8 bits are all there is', { bits: 8, roundingDb: 20 }, null],
    ['weights with outliers', { roundingDb: 2 }, /outliers.*2\.0 dB.*9\.3 dB/],
    ['trained weights far from their grid', { roundingDb: 2, trained: true }, /far from their grid/],
    [
      'codes that a penalty made few',
      { roundingDb: 2, trained: true, entropyPenalty: 0.3 },
      /the entropy penalty leaves it few codes: 2\.0 dB/,
    ],
    ['noisy outputs after plain rounding', { outputDb: 1 }, /output at 1\.0 dB/],
    ['noisy outputs that training has seen', { outputDb: 1, trained: true }, null],
    ['a loud channel with a scale of its own', { channelRms: withOutlier }, null],
    [
      'a loud channel that shares its scale',
      { channelRms: withOutlier, oneScale: true },
      /^channel 31 has weights 12 times/,
    ],
    [
      'a channel that BatchNorm stretches',
      { stretchedErrors: withOutlier },
      /^BatchNorm .* channel 31 to 12 times/,
    ],
    ['the same once training has seen it', { stretchedErrors: withOutlier, trained: true }, null],
    ['dead channels that come alive', { revived: 2 }, /^2 dead channels are brought to life/],
  ];
  for (const [name, signs, reason] of cases) {
    it(name, () => {
      const found = findProblem({ ...usual, ...signs });
      if (reason === null) assert.equal(found, null);
      else assert.match(found!, reason);
    });
  }
});

describe('explainCost', () => {
  it('names few weights, few channels, or else the bits', () => {
    assert.match(explainCost({ ...usual, fanIn: 9 }), /^only 9 weights make an output/);
    assert.match(explainCost({ ...usual, channelRms: [1, 1, 1] }), /^only 3 channels/);
    assert.match(explainCost(usual), /^2 bits are too few/);
  });
});

describe('judgeMeasured', () => {
  /** One of ten layers that share a loss of 5 points evenly. */
  const fair: MeasuredCost = {
    lost: 5,
    lostError: 1,
    regained: 0.2,
    regainedError: 0.3,
    share: 0.08,
    layers: 10,
  };
  const levelOf = (cost: Partial<MeasuredCost>, signs: Partial<LayerDiagnostics> = {}) =>
    judgeMeasured({ ...usual, ...signs }, { ...fair, ...cost }).level;
  const cases: readonly [string, Partial<MeasuredCost>, Partial<LayerDiagnostics>, string][] = [
    ['its share of a loss is none', {}, {}, 'none'],
    ['two points of five', { regained: 2, share: 0.1 }, {}, 'bottleneck'],
    ['two points of five that the divergence knows nothing of', { regained: 2 }, {}, 'watch'],
    ['two points within what the samples can tell', { regained: 2, regainedError: 1.1 }, {}, 'none'],
    ['two points of thirty', { regained: 2, lost: 30, share: 0.1 }, {}, 'watch'],
    ['half a point, surely', { regained: 0.5, regainedError: 0.2 }, {}, 'watch'],
    ['a third of the divergence', { share: 0.33 }, {}, 'bottleneck'],
    ['a third of the divergence, of three layers', { share: 0.34, layers: 3 }, {}, 'watch'],
    ['a third of the divergence where nothing was lost', { share: 0.33, lost: 0.2 }, {}, 'none'],
    ['a weakness that costs something', {}, { roundingDb: 2 }, 'watch'],
    ['a weakness that costs nothing', { share: 0.01 }, { roundingDb: 2 }, 'none'],
    [
      'R2 has no standard error',
      { regained: 2, regainedError: null, lostError: null, share: 0.1 },
      {},
      'bottleneck',
    ],
  ];
  for (const [name, cost, signs, level] of cases)
    it(`${name}: ${level}`, () => assert.equal(levelOf(cost, signs), level));

  it('gives the weakness as the reason where there is one', () => {
    assert.match(
      judgeMeasured({ ...usual, roundingDb: 2 }, { ...fair, regained: 2, share: 0.1 }).reason!,
      /outliers/,
    );
    assert.match(judgeMeasured(usual, { ...fair, regained: 2, share: 0.1 }).reason!, /too few/);
  });
});

describe('diagnose', () => {
  it('a weakness is a bottleneck where a point was lost, or nobody knows', () => {
    const weak = { ...usual, roundingDb: 2 };
    assert.equal(diagnose(weak, 1.2).level, 'bottleneck');
    assert.equal(diagnose(weak, null).level, 'bottleneck');
    assert.equal(diagnose(weak, 0.4).level, 'watch');
    assert.equal(diagnose(usual, 20).level, 'none');
  });
});

describe('verdictsByDiagnostics', () => {
  const metric = { ...sampleReport.metric!, before: 0.9, after: 0.8, drop: 10 };
  const remedyOf = (signs: Partial<LayerDiagnostics>) => {
    const diagnostics = new Map([['conv/kernel', { ...usual, trained: true, ...signs }]]);
    const kernels = [{ weight: { name: 'conv/kernel' }, planned: { rule: { bits: 2 as const } } }];
    const targets = new Map([['conv/kernel', 'conv']]);
    return verdictsByDiagnostics(kernels, diagnostics, targets, metric).get('conv/kernel')!.remedies[0];
  };

  it('speaks of more bits, or of the penalty where that is what the layer is short of', () => {
    assert.equal(remedyOf({}), undefined);
    assert.equal(remedyOf({ roundingDb: 5 })!.option, "--layer 'conv=3'");
    const { kind, text, option, bits } = remedyOf({ roundingDb: 5, entropyPenalty: 0.3 })!;
    assert.deepEqual(
      [kind, text, option, bits],
      ['entropy-penalty', 'a smaller --entropy-penalty', '--entropy-penalty 0.15', null],
    );
    // A penalty under which it does what its bits let expect is not what is wrong with it.
    assert.equal(remedyOf({ revived: 2, entropyPenalty: 0.3 })!.kind, 'bits');
  });
});

describe('bitsFor', () => {
  it('is the fewest bits that make up for what is short, 8 at most', () => {
    const bits = (roundingDb: number) => bitsFor({ ...usual, roundingDb });
    assert.equal(bits(5), 3);
    assert.equal(bits(2), 4);
    assert.equal(bits(-60), 8);
    assert.equal(bitsFor({ ...usual, bits: 1.58, expectedDb: 7.21, roundingDb: 4, outputDb: 7 }), 3);
  });
});

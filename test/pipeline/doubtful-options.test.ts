import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concludeOn, type TrainingOption } from '../../src/analysis/index.js';
import { adviceOnCompressed } from '../../src/pipeline/advice.js';
import { doubtfulOptions } from '../../src/pipeline/doubtful-options.js';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import type { LiveModel, Samples } from '../../src/session/index.js';
import { sampleReport } from '../report/sample-report.js';

const parsed = (options: object) =>
  parseOptions('compress', { model: 'model.json', data: 'images', bits: 2, ...options });

/** A model of layers that has lost two points. */
const evaluation = {
  liveModel: { kind: 'layers', loaded: { weights: [] }, weights: [] } as unknown as LiveModel,
  samples: { synthesis: undefined, labelWarning: null } as unknown as Samples,
};

function adviseOn(options: object, isGivenUp: boolean) {
  const given = parsed(options);
  const { untried } = concludeOn(evaluation, {
    metric: { ...sampleReport.metric!, drop: 2 },
    layers: [],
    bytes: 1000,
    weights: [],
    bits: 2,
    quantizer: 'uniform',
    isToTrain: true,
    training: isGivenUp ? undefined : { trace: [] },
    isGivenUp,
    doubtful: doubtfulOptions(given, isGivenUp),
  });
  const changes = untried.map(({ what, scope, kind, layers, ...change }) => ({
    scope,
    kind,
    layers: [...layers],
    changes: change,
    trains: true,
    text: what,
    gain: null,
    gainUnit: 'points' as const,
    gainError: null,
    gainDivergence: null,
    samples: 0,
    isHeldOut: false,
    bytes: null,
  }));
  return adviceOnCompressed(given, changes, { epochs: given.epochs ?? 10, folder: 'out' });
}

describe('advice after a training', () => {
  const cases: { options: object; isGivenUp: boolean; names: TrainingOption[] }[] = [
    { options: {}, isGivenUp: false, names: [] },
    { options: { epochs: 3 }, isGivenUp: false, names: [] },
    { options: { epochs: 0 }, isGivenUp: false, names: [] },
    { options: { epochs: 1 }, isGivenUp: false, names: ['epochs'] },
    { options: { epochs: 1, forward: 'float' }, isGivenUp: false, names: ['forward', 'epochs'] },
    { options: { learningRate: 1 }, isGivenUp: false, names: [] },
    { options: { learningRate: 1, guidance: 9 }, isGivenUp: true, names: ['learningRate', 'guidance'] },
  ];
  for (const { options, isGivenUp, names } of cases)
    it(`${JSON.stringify(options)}, ${isGivenUp ? 'given up' : 'kept'}: doubts ${names.join(' and ') || 'nothing'}`, () =>
      assert.deepEqual([...doubtfulOptions(parsed(options), isGivenUp).keys()], names));

  it('begins with the same command without the options that may have done harm', () => {
    const [first, ...others] = adviseOn({ epochs: 1, forward: 'float' }, false);
    assert.equal(first!.text, 'a training without --forward float --epochs 1');
    assert.equal(first!.command, 'qgt compress model.json --bits 2 --data images -o out-usual');
    assert.ok(!others.some(({ kind }) => kind === 'fine-tuning'));
  });

  it('asks for a longer training where none of them was given', () => {
    const kinds = adviseOn({}, false).map(({ kind, option }) => [kind, option]);
    assert.deepEqual(kinds, [
      ['bits', '--bits 3'],
      ['fine-tuning', '--epochs 20'],
    ]);
  });

  it('asks for no more of a training that was worse than rounding', () => {
    assert.deepEqual(
      adviseOn({}, true).map(({ kind }) => kind),
      ['bits'],
    );
    const [first] = adviseOn({ learningRate: 1 }, true);
    assert.doesNotMatch(first!.command, /--learning-rate/);
  });
});

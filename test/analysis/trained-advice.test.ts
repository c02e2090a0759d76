import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concludeOn, type TrainedModel } from '../../src/analysis/trained-advice.js';
import type { LiveModel, Samples } from '../../src/session/index.js';
import { sampleReport } from '../report/sample-report.js';

/** What may be tried next on a model of layers that has lost two points at 2 bits. */
function triedNext(model: Pick<TrainedModel, 'isToTrain' | 'training' | 'isGivenUp'>): string[] {
  const evaluation = {
    liveModel: { kind: 'layers', loaded: { weights: [] }, weights: [] } as unknown as LiveModel,
    samples: { synthesis: undefined, labelWarning: null } as unknown as Samples,
  };
  const metric = { ...sampleReport.metric!, drop: 2 };
  const rest = {
    layers: [],
    bytes: 1000,
    weights: [],
    bits: 2,
    quantizer: 'uniform',
    doubtful: new Map(),
  } as const;
  return concludeOn(evaluation, { metric, ...rest, ...model }).untried.map(({ what }) => what);
}

describe('advice on a compressed model', () => {
  it('is a longer training only where one was kept, or none was asked for', () => {
    const trained = { isToTrain: true, training: { trace: [] }, isGivenUp: false };
    assert.deepEqual(triedNext(trained), ['3 bits', 'a training twice as long']);
    const rounded = { isToTrain: false, training: undefined, isGivenUp: false };
    assert.deepEqual(triedNext(rounded), ['fine-tuning']);
    assert.deepEqual(triedNext({ ...rounded, isToTrain: true, isGivenUp: true }), ['3 bits']);
  });

  it('is no training where one was asked for and had nothing to gain', () => {
    assert.deepEqual(triedNext({ isToTrain: true, training: undefined, isGivenUp: false }), ['3 bits']);
  });
});

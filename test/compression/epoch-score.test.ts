import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scoreOf } from '../../src/compression/fitting/epoch-score.js';

const teacher = { outputs: [] };
/** A later epoch: nearer to the float model, and on these labels no better. */
const epochs: { outputs: []; loss: number | null; sqnrDb: number | null }[] = [
  { outputs: [], loss: 0.31, sqnrDb: 12.6 },
  { outputs: [], loss: 0.32, sqnrDb: 13.4 },
];
const isBetter = (distill: number, [early, late] = epochs) =>
  scoreOf(teacher, late!, { distill }).score > scoreOf(teacher, early!, { distill }).score;

it('the noise of the outputs scores an epoch where the float model teaches most, and the loss where labels do', () => {
  assert.deepEqual(
    [0, 0.4, 0.5, 0.9, 1].map((distill) => isBetter(distill)),
    [false, false, true, true, true],
  );
  assert.equal(scoreOf(teacher, epochs[0]!, { distill: 0 }).scoredBy, 'the loss');
  assert.equal(scoreOf(teacher, epochs[0]!, { distill: 1 }).scoredBy, 'the noise of the outputs');
});

it('without labels it is the noise, whatever the share; outputs without noise are the best there can be', () => {
  const unlabelled = epochs.map((each) => ({ ...each, loss: null }));
  assert.equal(isBetter(0, unlabelled), true);
  assert.equal(
    scoreOf(teacher, { ...unlabelled[0]!, sqnrDb: null }, { distill: 1 }).score,
    Number.POSITIVE_INFINITY,
  );
});

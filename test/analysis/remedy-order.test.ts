import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inOrder, type TriedRemedy } from '../../src/analysis/remedy-order.js';

const tried = (
  kind: TriedRemedy['kind'],
  [points, divergence]: readonly [number, number],
  bytes: number,
): TriedRemedy => ({ kind, gain: { points, divergence }, bytes });

describe('inOrder', () => {
  const float = tried('float', [3, 0.3], 900);
  const bits = tried('bits', [2.4, 0.27], 100);
  const perChannel = tried('per-channel', [0.3, 0.03], 10);
  const clip = tried('clip', [2.9, 0.1], 0);
  const weakClip = tried('clip', [0.1, 0.01], 0);
  const cases: [string, TriedRemedy[], TriedRemedy[]][] = [
    [
      'a tenth of the gain is not as good, however cheap it is; four fifths are',
      [perChannel, bits, float],
      [bits, float, perChannel],
    ],
    [
      'both gains count: most of the points with a third of the divergence are not as good',
      [clip, float],
      [float, clip],
    ],
    ['the best comes first where nothing else is nearly as good', [perChannel, float], [float, perChannel]],
    ['of several clips the best one is left', [weakClip, clip, float], [float, clip]],
    ['nothing', [], []],
  ];
  for (const [what, given, expected] of cases) it(what, () => assert.deepEqual(inOrder(given), expected));
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkComparable } from '../../src/pipeline/comparable-models.js';
import type { LiveModel } from '../../src/session/index.js';

const live = (source: string, ...shapes: (number | null)[][]) =>
  ({
    inputs: shapes.map((shape, index) => ({ name: `input_${index}`, shape })),
    loaded: { source },
  }) as unknown as LiveModel;

it('models are compared that take the same samples, sizes left open by one of them included', () => {
  assert.doesNotThrow(() => checkComparable(live('a', [8, 8, 1]), live('b', [8, null, 1])));
  const others = [live('b', [8, 8, 3]), live('b', [64]), live('b', [8, 8, 1], [2]), live('b')];
  for (const other of others)
    assert.throws(() => checkComparable(live('a', [8, 8, 1]), other), { code: 'usage' });
  assert.throws(() => checkComparable(live('a', [8, 8, 1]), live('b', [5], [2])), {
    message: /^--against b: it has other inputs than a, got input_0 5, input_1 2, expected input_0 8x8x1; /,
  });
});

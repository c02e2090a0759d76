import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandSchemas } from '../../src/pipeline/options/commands.js';

/** What a command makes of `--input-range`, in whatever form it was given. */
const rulesOf = (inputRange: unknown) =>
  commandSchemas.analyze.parse({ model: 'm.json', inputRange }).inputRange;

describe('--input-range', () => {
  const cases: [string, unknown, Readonly<Record<string, string>>][] = [
    ['one text', '-1..1', { '*': '-1..1' }],
    [
      'a range for one input and one for the others',
      ['image=0..255', '0..1'],
      { image: '0..255', '*': '0..1' },
    ],
    ['an object', { image: '0..255', '*': 'imagenet' }, { image: '0..255', '*': 'imagenet' }],
    ['nothing', undefined, {}],
    [
      'an equal sign in a range or a name',
      ['mean=1/std=2', 'a=b=mean=1/std=2'],
      { '*': 'mean=1/std=2', 'a=b': 'mean=1/std=2' },
    ],
    ['an input that is called mean', ['mean=mean=1/std=2'], { mean: 'mean=1/std=2' }],
  ];
  for (const [what, given, expected] of cases)
    it(`takes ${what}`, () => assert.deepEqual(rulesOf(given), expected));

  it('refuses two for one input, and says which', () => {
    assert.throws(() => rulesOf(['a=0..1', '0..255', 'a=as-is']), /one range for a, not 0\.\.1 and as-is/);
    assert.throws(() => rulesOf(['0..255', '0..1']), /one range for all inputs, not 0\.\.255 and 0\.\.1/);
  });
});

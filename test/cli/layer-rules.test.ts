import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commandSchemas } from '../../src/pipeline/options/commands.js';
import { type LayerRule, layerOption } from '../../src/plan/index.js';
import { quantizers } from '../../src/quantize/index.js';

/** What a command makes of `--layer`, in whatever form it was given. */
const rulesOf = (layer: unknown) => commandSchemas.analyze.parse({ model: 'm.json', layer }).layer;

describe('--layer', () => {
  const rule = { bits: 2, clip: 0.7, granularity: 'perChannel', quantizer: 'integer' };
  const cases: [string, unknown, Readonly<Record<string, unknown>>][] = [
    ['a width', ['a=2'], { a: { bits: 2 } }],
    ['one text', 'a=2', { a: { bits: 2 } }],
    ['float', ['a=float'], { a: { bits: 'float' } }],
    ['every modifier', ['a=2,clip:0.7,perChannel,integer'], { a: rule }],
    ['in another order, with spaces', ['a=2, integer, perChannel, clip:.7'], { a: rule }],
    ['a quantizer with a dash', ['a=4,power-of-two'], { a: { bits: 4, quantizer: 'power-of-two' } }],
    [
      'a glob with commas and equal signs',
      ['{a,b=c}*=3,perTensor'],
      { '{a,b=c}*': { bits: 3, granularity: 'perTensor' } },
    ],
    ['an object of widths', { a: 4, b: 'float' }, { a: { bits: 4 }, b: { bits: 'float' } }],
    ['an object of rules', { a: rule, b: { bits: 'float' } }, { a: rule, b: { bits: 'float' } }],
  ];
  for (const [what, given, expected] of cases)
    it(`takes ${what}`, () => assert.deepEqual(rulesOf(given), expected));

  it('a rule that is given again counts where it was given last', () =>
    assert.deepEqual(Object.entries(rulesOf(['a*=2,clip:0.5', '*=3', 'a*=4']) ?? {}), [
      ['*', { bits: 3 }],
      ['a*', { bits: 4 }],
    ]));

  it('reads every rule that remedies and reasons write', () => {
    const name = fc.stringMatching(/^[\w*/={},.-]+$/);
    const grid = fc.record(
      {
        bits: fc.constantFrom(1.58, 2, 3, 8),
        clip: fc.double({ min: 1e-6, max: 1, noNaN: true }),
        granularity: fc.constantFrom('perTensor', 'perChannel'),
        quantizer: fc.constantFrom(...quantizers.map((each) => each.name)),
      },
      { requiredKeys: ['bits'], noNullPrototype: true },
    ) as fc.Arbitrary<LayerRule>;
    fc.assert(
      fc.property(name, fc.oneof(grid, fc.constant<LayerRule>({ bits: 'float' })), (glob, rule) => {
        const typed = /^--layer '(.*)'$/.exec(layerOption(glob, rule))![1]!;
        assert.deepEqual(rulesOf([typed]), { [glob]: rule });
      }),
    );
  });
});

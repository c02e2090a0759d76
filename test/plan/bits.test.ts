import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Weight } from '../../src/core/index.js';
import { type BitRules, type LayerRule, planBits } from '../../src/plan/index.js';
import { optionsOf } from '../options.js';

const kernel = (layer: string, shape: number[], edge: Weight['edge'] = null): Weight => ({
  name: `${layer}/kernel`,
  layer,
  kind: 'Conv2D',
  shape,
  role: 'kernel',
  channelAxes: [shape.length - 1],
  edge,
  atOutput: edge === 'last',
});
const weights: Weight[] = [
  kernel('conv_1', [3, 3, 3, 16], 'first'),
  {
    name: 'conv_1/bias',
    layer: 'conv_1',
    kind: 'Conv2D',
    shape: [16],
    role: 'float',
    reason: 'bias',
    channelAxes: [],
    edge: null,
    atOutput: false,
  },
  kernel('conv_2', [3, 3, 16, 96]),
  kernel('tiny', [1, 1, 1, 8]),
  kernel('dense', [64, 10], 'last'),
];
const rules: BitRules = optionsOf('analyze', { bits: 2 });
const bitsOf = (changes: Partial<BitRules>) =>
  planBits(weights, { ...rules, ...changes }).map(({ grid }) => grid?.bits ?? null);

describe('planBits', () => {
  const cases: [string, Partial<BitRules>, (number | null)[]][] = [
    ['edges get 8 bits, tiny tensors and biases stay in float', {}, [8, null, 2, null, 8]],
    ['uniform gives the edges the same', { uniform: true }, [2, null, 2, null, 2]],
    ['a glob beats the edge rule', { layer: { 'conv_*': { bits: 4 } } }, [4, null, 4, null, 8]],
    [
      'a later glob beats an earlier one',
      { layer: { '*': { bits: 3 }, conv_2: { bits: 5 } } },
      [3, null, 5, 3, 3],
    ],
    ['a weight may be named in full', { layer: { 'dense/kernel': { bits: 6 } } }, [8, null, 2, null, 6]],
    ['three levels: the edges keep 8 bits', { bits: 1.58 }, [8, null, 1.58, null, 8]],
    ['three levels for one layer', { layer: { conv_2: { bits: 1.58 } } }, [8, null, 1.58, null, 8]],
    ['a name may be as a table cuts it', { layer: { 'co…2/k…': { bits: 5 } } }, [8, null, 5, null, 8]],
    ['a layer may be left in float', { layer: { conv_2: { bits: 'float' } } }, [8, null, null, null, 8]],
    ['8 bits is 8 bits everywhere', { bits: 8 }, [8, null, 8, null, 8]],
  ];
  for (const [name, changes, expected] of cases) it(name, () => assert.deepEqual(bitsOf(changes), expected));

  it('an edge layer with more than a tenth of the weights is not spared', () => {
    const two = [kernel('wide', [784, 64], 'first'), kernel('narrow', [64, 10], 'last')];
    assert.deepEqual(
      planBits(two, rules).map(({ grid, reason }) => [grid?.bits ?? null, reason]),
      [
        [2, '--bits: first layer, one of 2 edge layers with 100 % of the weights'],
        [8, 'last layer'],
      ],
    );
    const one = [kernel('wide', [784, 64], 'first'), kernel('narrow', [64, 10])];
    assert.equal(planBits(one, rules)[0]!.reason, '--bits: first layer with 99 % of the weights');
  });

  it('what is spared holds a tenth of the weights at most, all edge layers together', () => {
    const heads = Array.from({ length: 25 }, (_, at) => kernel(`head_${at}`, [32, 20], 'last'));
    const model = [kernel('stem', [3, 3, 3, 16], 'first'), kernel('body', [256, 128]), ...heads];
    const planned = planBits(model, rules);
    const sizes = model.map(({ shape }) => shape.reduce((size, side) => size * side));
    const total = sizes.reduce((sum, size) => sum + size);
    const sparedShare =
      planned.reduce((sum, { grid }, at) => sum + (grid?.bits === 8 ? sizes[at]! : 0), 0) / total;
    assert.ok(sparedShare > 0 && sparedShare <= 0.1, `${sparedShare}`);
    // Heads of one size are treated alike, and the small stem is spared all the same.
    assert.deepEqual(new Set(planned.slice(2).map(({ grid }) => grid?.bits)), new Set([2]));
    assert.equal(planned[0]!.grid?.bits, 8);
    const share = Math.round((100 * (432 + 25 * 640)) / total);
    assert.equal(
      planned[2]!.reason,
      `--bits: last layer, one of 26 edge layers with ${share} % of the weights`,
    );
    // Where all of them fit they are spared, and a large one does not keep small ones from it.
    const few = [...heads.slice(0, 4), kernel('large', [64, 64], 'last'), kernel('body', [256, 128])];
    assert.deepEqual(
      planBits(few, rules).map(({ grid }) => grid?.bits),
      [8, 8, 8, 8, 2, 2],
    );
  });

  it('refuses a cut name that fits several layers, in braces too', () => {
    for (const layer of [{ 'c…/k…': { bits: 4 } }, { '{dense,c…}': { bits: 4 } }] as const)
      assert.throws(() => bitsOf({ layer }), {
        code: 'usage',
        message:
          /--layer: a name cut by … fits 2 kernels, got c….*, expected one of conv_1\/kernel, conv_2\/kernel; give more of the name/,
      });
  });

  describe('a depthwise kernel', () => {
    const depthwise = { ...kernel('depthwise', [3, 3, 64, 1]), channelAxes: [2, 3] };
    const bitsBeside = (wide: Weight, changes: Partial<BitRules> = {}) =>
      planBits([wide, depthwise], { ...rules, ...changes }).map(({ grid }) => grid?.bits ?? null);
    const pointwise = kernel('pointwise', [1, 1, 64, 128]);

    it('gets 4 bits where the others get less', () => {
      assert.deepEqual(bitsBeside(pointwise), [2, 4]);
      assert.deepEqual(bitsBeside(pointwise, { bits: 1.58 }), [1.58, 4]);
      assert.deepEqual(bitsBeside(pointwise, { granularity: 'perTensor' }), [2, 4]);
    });
    it('gets as many as the others where that is more', () =>
      assert.deepEqual(bitsBeside(pointwise, { bits: 6 }), [6, 6]));
    it('gets what it is given by hand', () => {
      assert.deepEqual(bitsBeside(pointwise, { uniform: true }), [2, 2]);
      assert.deepEqual(bitsBeside(pointwise, { layer: { depthwise: { bits: 3 } } }), [2, 3]);
    });
    it('gets no more where it holds over a tenth of the weights', () =>
      assert.deepEqual(bitsBeside(kernel('pointwise', [1, 1, 64, 64])), [2, 2]));
  });

  describe('what the user leaves in float is pinned', () => {
    const pinned = (layer: BitRules['layer'], bits: BitRules['bits'] = 8) =>
      planBits(weights, { ...rules, layer, bits }).flatMap((each) => (each.pinned ? [each.name] : []));
    it('with its bias', () =>
      assert.deepEqual(pinned({ conv_1: { bits: 'float' } }), ['conv_1/kernel', 'conv_1/bias']));
    it('and nothing that is only too small for a scale', () => assert.deepEqual(pinned({}), []));
    it('but no bias of a layer with a kernel that gets bits', () =>
      assert.deepEqual(pinned({ '*': { bits: 'float' }, 'conv_1/kernel': { bits: 4 } }), [
        'conv_2/kernel',
        'tiny/kernel',
        'dense/kernel',
      ]));
  });

  it('one scale a tensor has no axes', () => {
    const planned = planBits(weights, { ...rules, granularity: 'perTensor' });
    assert.deepEqual(planned[2]!.grid?.axes, []);
    assert.deepEqual(planBits(weights, rules)[2]!.grid?.axes, [3]);
  });

  describe('a rule for a layer', () => {
    const gridOf = (rule: LayerRule, changes: Partial<BitRules> = {}) =>
      planBits(weights, { ...rules, ...changes, layer: { conv_2: rule } })[2]!;

    it('says what it says, and the rest is as for every layer', () => {
      const plain = { bits: 3, axes: [3], quantizer: 'uniform', clip: 1 };
      const cases: [LayerRule, object][] = [
        [{ bits: 3 }, {}],
        [{ bits: 3, clip: 0.7 }, { clip: 0.7 }],
        [{ bits: 3, granularity: 'perTensor' }, { axes: [] }],
        [{ bits: 3, quantizer: 'integer' }, { quantizer: 'integer' }],
      ];
      for (const [rule, changes] of cases)
        assert.deepEqual(gridOf(rule).grid, { ...plain, ...changes, rule });
    });
    it('overrides --granularity both ways', () => {
      const perChannel = gridOf({ bits: 3, granularity: 'perChannel' }, { granularity: 'perTensor' });
      assert.deepEqual(perChannel.grid!.axes, [3]);
    });
    it('is the reason, in the words of the option', () => {
      const rule = { bits: 3, clip: 0.7, granularity: 'perTensor', quantizer: 'integer' } as const;
      assert.equal(gridOf(rule).reason, "--layer 'conv_2=3,clip:0.7,perTensor,integer'");
      assert.equal(gridOf({ bits: 'float' }).reason, "--layer 'conv_2=float'");
    });
    it('wins as a whole over an earlier one', () => {
      const layer = { '*': { bits: 3, clip: 0.5, quantizer: 'integer' }, conv_2: { bits: 4 } } as const;
      const { grid } = planBits(weights, { ...rules, layer })[2]!;
      assert.deepEqual([grid!.bits, grid!.clip, grid!.quantizer], [4, 1, 'uniform']);
    });
    it("must name a quantizer that has the width; what --quantizer lacks is another's", () => {
      assert.throws(() => gridOf({ bits: 8, quantizer: 'power-of-two' }), {
        code: 'usage',
        message:
          '--layer: power-of-two has no grid of 8 bits, got conv_2=8,power-of-two, expected 2, 3, 4 bits; ' +
          'give it such a width, or take uniform, integer, affine, uint8, auto',
      });
      assert.equal(gridOf({ bits: 8 }, { quantizer: 'power-of-two' }).grid!.quantizer, 'power-of-two');
    });
  });

  it('a glob that matches nothing is an error that lists the layers', () => {
    assert.throws(
      () => planBits(weights, { ...rules, layer: { conv_9: { bits: 4 } } }),
      /--layer: no layer.*conv_9.*conv_1, conv_2/,
    );
  });

  it('an alternative that matches nothing is an error too', () => {
    const layer = { '{conv_1,conv_9}': { bits: 4 } } as const;
    assert.throws(() => planBits(weights, { ...rules, layer }), /--layer: no layer.*got conv_9,/);
    assert.doesNotThrow(() => planBits(weights, { ...rules, layer: { 'conv_{1,2}': { bits: 4 } } }));
  });

  it('a model without kernels is refused', () => {
    assert.throws(() => planBits([weights[1]!], rules), { code: 'nothing-to-quantize' });
  });

  describe('a model whose kernels would all stay in float is refused', () => {
    it('by --layer, which is named', () =>
      assert.throws(
        () =>
          planBits(weights, { ...rules, layer: { 'conv_*': { bits: 'float' }, '[dt]*': { bits: 'float' } } }),
        {
          code: 'nothing-to-quantize',
          message: /^--layer: .* got conv_\*=float, \[dt\]\*=float, expected .*; /,
        },
      ));
    it('by their size, and not where --layer gives one bits all the same', () => {
      const tiny = [weights[3]!];
      assert.throws(() => planBits(tiny, rules), { code: 'nothing-to-quantize', message: /too small/ });
      assert.equal(planBits(tiny, { ...rules, layer: { '*': { bits: 8 } } })[0]!.grid?.bits, 8);
    });
  });
});

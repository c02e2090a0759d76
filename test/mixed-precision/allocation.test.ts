import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Allocation,
  allocate,
  allocateAtCost,
  type LayerChoices,
  paretoFront,
  raiseNarrow,
  raiseTo,
  type WidthChoice,
} from '../../src/mixed-precision/allocation.js';
import { WHOLE_BITS } from '../../src/quantize/index.js';

/** Every way to give each layer one of its widths. */
function everyAllocation(layers: readonly LayerChoices[]): Allocation[] {
  return layers.reduce<Allocation[]>(
    (found, { name, choices }) =>
      found.flatMap(({ bits, bytes, cost }) =>
        choices.map((choice) => ({
          bits: new Map([...bits, [name, choice.bits]]),
          bytes: bytes + choice.bytes,
          cost: cost + choice.cost,
        })),
      ),
    [{ bits: new Map(), bytes: 0, cost: 0 }],
  );
}

const choice = fc.record({ bytes: fc.integer({ min: 0, max: 40 }), cost: fc.integer({ min: 0, max: 30 }) });
const layers = fc
  .array(fc.array(choice, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
  .map((all) =>
    all.map((choices, layer) => ({
      name: `layer ${layer}`,
      choices: choices.map((each, index) => ({ ...each, bits: WHOLE_BITS[index]! })),
    })),
  );

describe('allocate', () => {
  it('costs as little as the best of all allocations within the budget', () => {
    fc.assert(
      fc.property(layers, fc.integer({ min: 0, max: 150 }), (some, budget) => {
        const fitting = everyAllocation(some).filter(({ bytes }) => bytes <= budget);
        const found = allocate(some, budget);
        if (fitting.length === 0) return assert.equal(found, null);
        assert.equal(found!.cost, Math.min(...fitting.map(({ cost }) => cost)));
        assert.equal(found!.gap, 0);
        assert.ok(found!.bytes <= budget);
        assertSum(some, found!);
      }),
    );
  });

  it('says how far it may be from the best where it had to stop', () => {
    // Subset sums of numbers without a pattern: every branch stays as promising as the others for long.
    const hard = Array.from({ length: 60 }, (_, index): LayerChoices => {
      const bytes = 100_000 + ((index * 7919) % 1009);
      return {
        name: `layer ${index}`,
        choices: [
          { bits: 2, bytes: 0, cost: bytes },
          { bits: 4, bytes, cost: 0 },
        ],
      };
    });
    const found = allocate(hard, 2_950_000)!;
    const all = hard.reduce((sum, { choices }) => sum + choices[1]!.bytes, 0);
    // Cost and bytes are the same here, so that the least possible cost is what the budget leaves.
    assert.ok(found.cost - found.gap <= all - 2_950_000);
    assert.ok(found.gap > 0 && found.gap < 0.02 * found.cost);
  });
});

describe('allocateAtCost', () => {
  it('takes as few bytes as the smallest of all allocations at the cost', () => {
    fc.assert(
      fc.property(layers, fc.integer({ min: 0, max: 120 }), (some, most) => {
        const fitting = everyAllocation(some).filter(({ cost }) => cost <= most);
        const found = allocateAtCost(some, most);
        if (fitting.length === 0) return assert.equal(found, null);
        assert.equal(found!.bytes, Math.min(...fitting.map(({ bytes }) => bytes)));
        assert.ok(found!.cost <= most);
        assertSum(some, found!);
      }),
    );
  });
});

describe('raiseTo', () => {
  const layer = (name: string, ...choices: [number, number][]): LayerChoices => ({
    name,
    choices: choices.map(([bytes, cost], index) => ({ bits: WHOLE_BITS[index]!, bytes, cost })),
  });
  const some = [layer('a', [10, 9], [20, 1]), layer('b', [10, 5], [30, 3], [60, 0]), layer('c', [7, 0])];
  const [two, three, four] = WHOLE_BITS;
  const smallest = { bits: new Map(['a', 'b', 'c'].map((name) => [name, two!])) };
  for (const [bytes, raised, bits] of [
    [27, [], [two, two, two]],
    [28, ['a'], [three, two, two]],
    [38, ['a', 'b'], [three, three, two]],
    [1000, ['a', 'b'], [three, four, two]],
  ] as const) {
    it(`${bytes} bytes: the next widths where they save most per byte, as many as it takes`, () => {
      const found = raiseTo(some, smallest, bytes);
      assert.deepEqual([...found.raised], raised);
      assert.deepEqual([...found.bits.values()], bits);
      assertSum(some, found);
    });
  }
});

describe('raiseNarrow', () => {
  it('gives every layer its next width, where that has so many levels at most', () => {
    const layer = (name: string, ...widths: WidthChoice['bits'][]): LayerChoices => ({
      name,
      choices: widths.map((bits) => ({ bits, bytes: 10 * bits, cost: 8 - bits })),
    });
    const some = [
      layer('a', 1.58, 2, 3),
      layer('b', 3, 4, 6),
      layer('c', 4, 6),
      layer('d', 2),
      layer('e', 2, 4),
    ];
    const bits = new Map<string, WidthChoice['bits']>([
      ['a', 1.58],
      ['b', 3],
      ['c', 4],
      ['d', 2],
      ['e', 2],
    ]);
    const found = raiseNarrow(some, { bits }, 16);
    assert.deepEqual([...found.raised], ['a', 'b', 'e']);
    assert.deepEqual([...found.bits.values()], [2, 4, 4, 2, 4]);
    assertSum(some, found);
  });
});

describe('paretoFront', () => {
  it('holds the cheapest allocation for every price of a byte, and nothing above their hull', () => {
    fc.assert(
      fc.property(layers, fc.double({ min: 0.01, max: 20, noNaN: true }), (some, price) => {
        const front = paretoFront(some);
        const value = ({ bytes, cost }: Allocation) => cost + price * bytes;
        const least = Math.min(...everyAllocation(some).map(value));
        assert.ok(Math.abs(Math.min(...front.map(value)) - least) < 1e-9);
        for (const point of front) assertSum(some, point);
        for (const [index, { bytes, cost }] of front.entries()) {
          const before = front[index - 1];
          assert.ok(before === undefined || (bytes > before.bytes && cost < before.cost));
        }
        for (let index = 1; index < front.length - 1; index++) {
          const [a, b, c] = front.slice(index - 1, index + 2) as [Allocation, Allocation, Allocation];
          const saved = (from: Allocation, to: Allocation) => (from.cost - to.cost) / (to.bytes - from.bytes);
          assert.ok(saved(a, b) >= saved(b, c) - 1e-9);
        }
      }),
    );
  });

  it('begins with the smallest file and ends with the lowest cost', () => {
    fc.assert(
      fc.property(layers, (some) => {
        const all = everyAllocation(some);
        const front = paretoFront(some);
        assert.equal(front[0]!.bytes, Math.min(...all.map(({ bytes }) => bytes)));
        assert.equal(front.at(-1)!.cost, Math.min(...all.map(({ cost }) => cost)));
      }),
    );
  });
});

/** The bytes and the cost are those of the widths it names. */
function assertSum(layers: readonly LayerChoices[], { bits, bytes, cost }: Allocation): void {
  const chosen = layers.map(({ name, choices }) => choices.find((each) => each.bits === bits.get(name))!);
  assert.equal(
    chosen.reduce((sum, each) => sum + each.bytes, 0),
    bytes,
  );
  assert.equal(
    chosen.reduce((sum, each) => sum + each.cost, 0),
    cost,
  );
}

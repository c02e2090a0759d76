import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import {
  compareRuns,
  differenceFacts,
  differenceFormats,
  type LayerFacts,
  type RunFacts,
} from '../../src/report/index.js';

const layer = (name: string, changes: Partial<LayerFacts> = {}): LayerFacts => ({
  name,
  bits: 2,
  packedBytes: 100,
  sqnrDb: 9.3,
  outputSqnrDb: 8,
  verdict: 'none',
  codes: null,
  ...changes,
});
const run = (layers: readonly LayerFacts[], changes: Partial<RunFacts> = {}): RunFacts => ({
  source: 'out',
  bytes: 1000,
  ratio: 10,
  metric: { name: 'accuracy', on: 'test.npz', samples: 100, value: 0.9 },
  classes: null,
  options: null,
  layers,
  ...changes,
});
const codes = (...values: number[]) => ({ codes: Uint8Array.from(values) });

describe('compareRuns', () => {
  const cases: [string, LayerFacts, LayerFacts, boolean][] = [
    ['nothing', layer('a'), layer('a'), false],
    ['the width', layer('a'), layer('a', { bits: 3 }), true],
    ['the bytes', layer('a'), layer('a', { packedBytes: 101 }), true],
    ['the verdict', layer('a'), layer('a', { verdict: 'watch' }), true],
    ['the noise', layer('a'), layer('a', { sqnrDb: 9.4 }), true],
    ['the noise of its outputs', layer('a', { outputSqnrDb: 7.9 }), layer('a'), true],
    ['noise by what an engine may', layer('a'), layer('a', { sqnrDb: 9.31 }), false],
    ['what one run does not say', layer('a'), layer('a', { sqnrDb: null, verdict: null }), false],
    ['a code', layer('a', codes(0, 1, 2)), layer('a', codes(0, 1, 3)), true],
    ['no code', layer('a', codes(0, 1, 2)), layer('a', codes(0, 1, 2)), false],
  ];
  for (const [what, before, after, differs] of cases) {
    it(`${differs ? 'lists' : 'passes by'} a layer in which ${what} changed`, () => {
      const { layers, unchanged } = compareRuns(run([before]), run([after]));
      assert.deepEqual([layers.length, unchanged], differs ? [1, 0] : [0, 1]);
    });
  }

  it('finds layers that only one run has', () => {
    const { layers, unchanged } = compareRuns(run([layer('a'), layer('b')]), run([layer('c'), layer('a')]));
    assert.deepEqual(
      layers.map(({ name, kind, bits }) => [name, kind, bits.before, bits.after]),
      [
        ['c', 'added', null, 2],
        ['b', 'removed', 2, null],
      ],
    );
    assert.equal(unchanged, 1);
  });

  it('counts quantized layers alone as the same: a .qgt has biases that no report lists', () => {
    const float = layer('conv/bias', { bits: 32 });
    assert.equal(compareRuns(run([layer('a'), float]), run([layer('a'), float])).unchanged, 1);
  });

  it('compares what stayed in float where both runs have it', () => {
    const float = (name: string, packedBytes: number) => layer(name, { bits: 32, packedBytes });
    const { layers, unchanged } = compareRuns(
      run([float('a', 40), float('b', 40), float('folded', 40)]),
      run([float('a', 40), float('b', 80), float('added', 40)]),
    );
    assert.deepEqual([layers.map(({ name, kind }) => [name, kind]), unchanged], [[['b', 'changed']], 0]);
  });

  it('names the classes whose accuracy changed, the largest change first', () => {
    const classes = (...shares: number[]) => ({
      classes: new Map(shares.map((share, index) => [`c${index}`, share])),
    });
    const { classes: found } = compareRuns(run([], classes(0.9, 0.8, 0.7)), run([], classes(0.9, 0.85, 0.5)));
    assert.deepEqual(found, [
      { name: 'c2', before: 0.7, after: 0.5 },
      { name: 'c1', before: 0.8, after: 0.85 },
    ]);
    assert.deepEqual(compareRuns(run([]), run([], classes(1))).classes, []);
  });

  it('compares codes of one width only', () => {
    const one = layer('a', { bits: 2, ...codes(0, 1) });
    const other = layer('a', { bits: 4, ...codes(7, 8) });
    assert.equal(compareRuns(run([one]), run([other])).layers[0]!.codesChanged, null);
  });

  it('read backward says the opposite', () => {
    const level = fc.constantFrom<LayerFacts['verdict']>('none', 'watch', 'bottleneck', null);
    const decibel = fc.option(fc.double({ min: -10, max: 60, noNaN: true }));
    const facts = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      bits: fc.constantFrom(2, 4, 32),
      packedBytes: fc.nat(1000),
      sqnrDb: decibel,
      outputSqnrDb: decibel,
      verdict: level,
      codes: fc.option(fc.uint8Array({ minLength: 2, maxLength: 3 })),
    });
    const layers = fc.uniqueArray(facts, { selector: ({ name }) => name });
    const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
    const key = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    fc.assert(
      fc.property(layers, layers, (before, after) => {
        const there = compareRuns(run(before), run(after));
        const back = compareRuns(run(after), run(before));
        const swap = <Value>({ before: one, after: other }: { before: Value; after: Value }) => ({
          before: other,
          after: one,
        });
        assert.deepEqual(
          [...back.layers].sort(key),
          there.layers
            .map((each) => ({
              ...each,
              kind: turned[each.kind],
              bits: swap(each.bits),
              packedBytes: swap(each.packedBytes),
              sqnrDb: swap(each.sqnrDb),
              outputSqnrDb: swap(each.outputSqnrDb),
              verdict: swap(each.verdict),
            }))
            .sort(key),
        );
        assert.equal(back.unchanged, there.unchanged);
        assert.deepEqual(compareRuns(run(before), run(before)).layers, []);
      }),
    );
  });

  it('names the options that differ, as they are typed, and none where a run has no report', () => {
    const of = (options: Record<string, string>) => run([], { options: new Map(Object.entries(options)) });
    const before = of({ '--bits': '2', '--seed': '0', '--layer': 'a=4' });
    const difference = compareRuns(before, of({ '--bits': '4', '--seed': '0', '--uniform': 'true' }));
    assert.deepEqual(
      Object.fromEntries(differenceFacts(difference))['options that differ'],
      ['--bits 2 → 4', '--layer a=4 → –', '--uniform – → true'].join(', '),
    );
    assert.deepEqual(compareRuns(before, run([])).options, []);
  });

  const metric = run([]).metric!;
  const notes: [string, RunFacts['metric'], RegExp | null][] = [
    ['the same samples', metric, null],
    [
      'more samples',
      { ...metric, samples: 200 },
      /measured on different samples: 100 of test\.npz, and 200 of test\.npz/,
    ],
    [
      'samples of another name',
      { ...metric, on: 'other.npz' },
      /measured on 100 samples of test\.npz, and 100 of other\.npz: if these are not the same samples, the figures can't be compared/,
    ],
    ['another metric', { ...metric, name: 'agreement' }, /accuracy and agreement can't be compared/],
    ['none', null, null],
  ];
  for (const [what, other, note] of notes) {
    it(`says whether figures can be compared: ${what}`, () => {
      const { notes: found } = compareRuns(run([]), run([], { metric: other }));
      assert.equal(found.length, note === null ? 0 : 1);
      if (note !== null) assert.match(found[0]!, note);
    });
  }
});

const hostile = compareRuns(
  run([layer('<b>|x')]),
  run([layer('<b>|x', { bits: 8 })], { source: '`a`\n## b' }),
);

for (const { name, describe: text, render } of differenceFormats) {
  describe(`a difference as ${name}`, () => {
    it('says what the format is, under a name of its own', () => {
      assert.match(name, /^[a-z]+$/);
      assert.notEqual(name, 'text', 'which is the table');
      assert.equal(differenceFormats.filter((each) => each.name === name).length, 1);
      assert.notEqual(text, '');
    });
    it('is the same each time, without a control character', async () => {
      for (const difference of [hostile, compareRuns(run([]), run([]))]) {
        const rendered = await render(difference);
        assert.equal(await render(structuredClone(difference)), rendered);
        assert.ok(rendered.endsWith('\n') && !rendered.endsWith('\n\n'));
        assert.ok(!/[^\P{Cc}\n]/u.test(rendered));
      }
    });
  });
}

describe('a difference in Markdown', () => {
  const { render } = differenceFormats.find(({ name }) => name === 'markdown')!;

  it('has the totals and a row for each layer that changed', async () => {
    const after = run([layer('a', { bits: 4, packedBytes: 2000 }), layer('b')], {
      bytes: 3000,
      ratio: 5,
      metric: { ...run([]).metric!, value: 0.925 },
    });
    const text = await render(compareRuns(run([layer('a'), layer('b')], { source: 'base' }), after));
    assert.match(text, /^## qgt diff: base → out$/m);
    assert.match(text, /^- size: 1\.00 kB → 3\.00 kB \(\+200\.0 %\)$/m);
    assert.match(text, /^- accuracy: 90\.0 % → 92\.5 %, 2\.50 points gained$/m);
    assert.match(text, /^- layers: 1 changed, 1 as before$/m);
    assert.match(text, /^\| a \| 2 → 4 \| 100 B → 2\.00 kB \| 9\.3 \| 8\.0 \| none \| – \|$/m);
    assert.ok(!text.includes('| b |'));
  });

  it('lets no name be markup', async () => {
    const text = await render(hostile);
    assert.ok(text.includes('| &lt;b&gt;\\|x |'));
    assert.ok(!/^## b/m.test(text));
  });
});

describe('a difference as a page', () => {
  const { render } = differenceFormats.find(({ name }) => name === 'html')!;

  it('has the totals, a bar for each layer whose bytes changed and a row for each that changed', async () => {
    const after = run([
      layer('a', { bits: 4, packedBytes: 200 }),
      layer('b', { verdict: 'watch' }),
      layer('c'),
    ]);
    const { document } = parseHTML(
      await render(compareRuns(run([layer('a'), layer('b'), layer('c')]), after)),
    );
    const rows = [...document.querySelectorAll('tbody tr')].map(
      (row) => row.querySelector('th')!.textContent,
    );
    assert.deepEqual(rows, ['a', 'b']);
    assert.match(document.querySelector('.verdict')!.textContent, /^size 1\.00 kB/);
    assert.match(document.querySelector('svg desc')!.textContent, /^a: 100 B → 200 B$/);
  });

  it('is markup of its own, and says where nothing changed', async () => {
    const { document } = parseHTML(await render(hostile));
    assert.equal(document.querySelectorAll('b, script').length, 0);
    const same = await render(compareRuns(run([layer('a')]), run([layer('a')])));
    assert.match(same, /both are the same, layer by layer/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { byFronts, chooseTrial, createSweepReport, frontOf, sweepFormats } from '../../src/report/index.js';
import { figures, trial, unjudged } from './sweep-trials.js';

const file = fc.record({
  bytes: fc.integer({ min: 1, max: 20 }),
  drop: fc.oneof(fc.integer({ min: -3, max: 20 }), fc.constant(null)),
});

describe('the front of files', () => {
  it('has every file that none is smaller or better than, and no other one', () => {
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const front = frontOf(files);
        for (const each of files) {
          const isBeaten = files.some(
            (other) =>
              other.drop !== null &&
              each.drop !== null &&
              other.bytes <= each.bytes &&
              other.drop <= each.drop &&
              (other.bytes !== each.bytes || other.drop !== each.drop),
          );
          assert.equal(front.includes(each), each.drop !== null && !isBeaten);
        }
        assert.deepEqual(
          front.map(({ bytes }) => bytes),
          front.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('comes first where files go on by fronts, each file once, those without a figure last', () => {
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const ordered = byFronts(files);
        assert.equal(ordered.length, files.length);
        assert.equal(new Set(ordered).size, files.length);
        const front = frontOf(files);
        assert.deepEqual(new Set(ordered.slice(0, front.length)), new Set(front));
        const firstNull = ordered.findIndex(({ drop }) => drop === null);
        if (firstNull >= 0) assert.ok(ordered.slice(firstNull).every(({ drop }) => drop === null));
      }),
    );
  });
});

/** ResNet-8 on CIFAR-10, as docs/results.md has it. */
const RESNET = [
  trial('bits=8', 72_725, 0.8489),
  trial('bits=4', 35_986, 0.8475),
  trial('bits=3', 27_483, 0.8459),
  trial('bits=2', 19_516, 0.8402),
  trial('bits=1.58', 16_121, 0.8314),
].map((each) => ({ ...each, choice: figures(each.choice!.after, { samples: 10_000 }) }));

describe('the recommended file', () => {
  it('is the smallest that the samples do not tell from the best', () => {
    const { trial: chosen, reason } = chooseTrial(RESNET, {});
    // 10,000 images tell 0.36 points, by sqrt(p (1 - p) / n); 3 bits lose 0.30 against 8 bits.
    assert.equal(chosen?.name, 'bits=3');
    assert.equal(
      reason,
      'the smallest file within one standard error (0.4 points) of the best, bits=8 (accuracy 84.9 %), on the 10,000 samples held out to choose by (0.4 points lost); on 10,000 others it has accuracy 84.6 %, 0.4 points lost',
    );
  });

  it('is the smallest that keeps a limit on the loss', () => {
    assert.equal(chooseTrial(RESNET, { maxDrop: 1 }).trial?.name, 'bits=2');
    assert.equal(chooseTrial(RESNET, { maxDrop: 2 }).trial?.name, 'bits=1.58');
    const none = chooseTrial(RESNET.slice(3), { maxDrop: 0.1 });
    assert.equal(none.trial, null);
    assert.match(
      none.reason,
      /^no file keeps to 0\.1 points lost .*: the best, bits=2, has 1\.0 points lost$/,
    );
  });

  it('keeps a limit on the size', () => {
    assert.equal(chooseTrial(RESNET, { maxBytes: 20_000 }).trial?.name, 'bits=2');
    assert.equal(chooseTrial(RESNET, { minRatio: 20 }).trial?.name, 'bits=1.58');
    assert.match(
      chooseTrial(RESNET, { maxBytes: 100 }).reason,
      /^no file is small enough: the smallest, bits=1.58/,
    );
  });

  it('is chosen by the samples to choose by alone', () => {
    const trials = [trial('a', 100, 0.84, 0.1), trial('b', 200, 0.85, 0.9)];
    assert.equal(chooseTrial(trials, {}).trial?.name, 'a');
    assert.match(
      chooseTrial(trials, {}).reason,
      /on 10,000 others it has accuracy 10\.0 %, 75\.0 points lost$/,
    );
  });

  it('is said to be chosen and measured on the same samples, where there are no others', () => {
    const trials = RESNET.map((each) => ({ ...each, choice: null }));
    assert.match(chooseTrial(trials, {}).reason, /chosen and measured on the same samples/);
  });

  it('of values is the knee of the front', () => {
    const values = [
      [1000, 20],
      [2000, 3],
      [4000, 2],
      [8000, 1.5],
    ].map(([bytes, drop]) => ({
      ...trial(`${bytes}`, bytes!, 0.5),
      choice: figures(0.9, { name: 'r2', drop: drop! }),
    }));
    const { trial: chosen, reason } = chooseTrial(values, {});
    assert.equal(chosen?.name, '2000');
    assert.match(reason, /^where a larger file begins to gain little on the 1,000 samples/);
    assert.equal(chooseTrial(values.slice(0, 1), {}).trial?.name, '1000');
  });

  it('is none of those that failed or were stopped early', () => {
    const stopped = { ...trial('a', 10, 0.85), state: 'stopped' as const };
    const failed = {
      ...trial('b', 10, 0.85),
      state: 'failed' as const,
      bytes: null,
      choice: null,
      metric: null,
    };
    assert.equal(chooseTrial([stopped, failed, trial('c', 100, 0.85)], {}).trial?.name, 'c');
    const reason = 'no trial ended with a file and its figures';
    assert.deepEqual(chooseTrial([stopped, failed], {}), { trial: null, reason });
  });

  it('waits until all trials are done', () => {
    const open = {
      ...trial('a', 10, 0.85),
      state: 'running' as const,
      bytes: null,
      choice: null,
      metric: null,
    };
    const trials = [trial('b', 100, 0.85), open];
    assert.deepEqual(chooseTrial(trials, {}), { trial: null, reason: '1 of 2 trials are not done yet' });
  });
});

describe('the report of a sweep', () => {
  const report = createSweepReport({
    folder: 'sweep <b>',
    notes: ['a note'],
    limits: {},
    trials: [
      { ...unjudged('=2', 100, 0.84), warnings: ['all answers are one class'] },
      unjudged('b', 200, 0.85),
      { ...unjudged('c', 50, 0.5), group: 'other', model: 'mobilenet' },
    ],
  });

  it('recommends one file of each model, and marks the front', () => {
    assert.deepEqual(
      report.recommendations.map(({ model, name }) => [model, name]),
      [
        ['resnet8', '=2'],
        ['mobilenet', 'c'],
      ],
    );
    assert.deepEqual(
      report.trials.map(({ isOnFront, isRecommended }) => [isOnFront, isRecommended]),
      [
        [true, true],
        [true, false],
        [true, true],
      ],
    );
  });

  it('says what is to be doubted of a recommended file', () => {
    assert.deepEqual(report.notes, ['a note', '=2: all answers are one class']);
  });

  const render = async (name: string) => sweepFormats.find((format) => format.name === name)!.render(report);

  it('as JSON has everything', async () => {
    assert.deepEqual(JSON.parse(await render('json')), report);
  });

  it('as CSV has one row a trial, and no formula', async () => {
    const rows: Record<string, string>[] = parse(await render('csv'), { columns: true });
    assert.deepEqual(
      rows.map(({ name, bytes, recommended }) => [name, bytes, recommended]),
      [
        ["'=2", '100', '1'],
        ['b', '200', '0'],
        ['c', '50', '1'],
      ],
    );
  });

  it('as a page has a plot for each model and a row for each trial, and loads nothing', async () => {
    const page = await render('html');
    assert.equal(page.match(/<svg role="img"/g)?.length, 2);
    assert.equal(page.match(/<tr><th scope="row">/g)?.length, 3);
    assert.ok(!page.includes('<b>'));
    assert.doesNotMatch(page, /(src|href)="(?!#|data:)/);
  });

  it('as a page shows a metric that is no share in its own unit', async () => {
    const metric = figures(2.5, { name: 'mae', before: 2, drop: 25 });
    const trials = report.trials.map((each) => ({ ...each, choice: metric, metric }));
    const html = await sweepFormats.find(({ name }) => name === 'html')!.render({ ...report, trials });
    const plots = html.match(/<svg role="img"[\s\S]*?<\/svg>/g) ?? [];
    assert.equal(plots.length, 2);
    for (const plot of plots) {
      assert.doesNotMatch(plot, />%|>[0-9]{3}</);
      assert.match(plot, />2\.[0-9]+</);
    }
  });
});

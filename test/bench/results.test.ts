import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOMParser } from 'linkedom';
import { sampleReport } from '../report/sample-report.js';
import { parseArguments } from './results/arguments.js';
import { documentOf } from './results/document.js';
import { experiments, subjects } from './results/experiments.js';
import { readMeasurement } from './results/measurement.js';
import { accuracyOverBytes } from './results/plots/accuracy-over-bytes.js';
import { renderSvg } from './results/plots/svg.js';
import type { RunRecord } from './results/record.js';
import { spreadOf, summarize } from './results/summary.js';
import { rowsOf } from './results/tables.js';
import { taskName, taskOf } from './results/task.js';

const experimentOf = (id: string) => experiments.find((experiment) => experiment.id === id)!;

/** A kept run of an experiment, as `npm run bench:results` leaves it. */
function recordOf(id: string, seed: number, after: number, changes: Partial<RunRecord> = {}): RunRecord {
  const experiment = experimentOf(id);
  const report = {
    ...sampleReport,
    seed,
    metric: { ...sampleReport.metric!, before: 0.8487, after },
    totals: {
      bytesBefore: 300_000,
      bytesAfter: 20_000 + 5_000 * Number(experiment.bits),
      ratio: 0,
      durationMs: 61_400,
    },
  };
  return {
    name: taskName(experiment, seed, taskOf(experiment, seed)),
    version: 'abc1234',
    measuredAt: `2026-01-0${seed + 1}T00:00:00.000Z`,
    machine: 'a machine',
    measurement: readMeasurement([report]),
    ...changes,
  };
}

/** The cells of a Markdown table's rows, its head and its rule left out. */
const cellsOf = (table: string): string[][] =>
  table
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('a run as figures', () => {
  it('reads a report', () => {
    const measurement = readMeasurement([sampleReport]);
    assert.deepEqual(measurement, {
      metric: 'accuracy',
      before: 0.978,
      after: 0.9691,
      dropMargin: 0.62,
      bytesBefore: 886_410,
      bytesAfter: 61_235,
      durationMs: 83_250,
      versions: { qgt: '0.1.0', 'embedded engine': '4.22.0' },
      trace: [
        { epoch: 1, loss: 0.21, residuals: { 'conv2d/kernel': 0.0123 } },
        { epoch: 2, loss: 0.18, residuals: { 'conv2d/kernel': 0.0101 } },
      ],
    });
  });

  it('takes the score of a file without data from its evaluation on the test set', () => {
    const agreement = { ...sampleReport, metric: { ...sampleReport.metric!, name: 'agreement' as const } };
    const model = (value: number) => ({
      source: '',
      bytes: 1,
      metrics: [{ output: 'y', name: 'accuracy', value }],
    });
    const evaluation = { models: [model(0.8), model(0.9)], drop: [{ margin: 0.4 }] };
    const { before, after, dropMargin, bytesAfter } = readMeasurement([agreement, evaluation]);
    assert.deepEqual([before, after, dropMargin, bytesAfter], [0.9, 0.8, 0.4, 61_235]);
    assert.throws(() => readMeasurement([agreement]), /no labels/);
  });

  it('reads a peer, and refuses what is neither', () => {
    const peer = {
      before: 0.9,
      after: 0.7,
      bytesBefore: 9,
      bytesCounted: 3,
      durationMs: 5,
      versions: { qkeras: '0.9.0' },
    };
    assert.equal(readMeasurement([peer]).bytesAfter, 3);
    assert.throws(() => readMeasurement([{ ...peer, after: 'good' }]));
  });
});

describe('runs together', () => {
  it('gives mean and ends over the seeds', () => {
    const records = [0.83, 0.84, 0.82].map((after, seed) => recordOf('resnet8-ours-2', seed, after));
    const [summary] = summarize([experimentOf('resnet8-ours-2')], records);
    const { mean, least, most } = spreadOf(summary!.runs, ({ after }) => after);
    assert.ok(Math.abs(mean - 0.83) < 1e-12);
    assert.deepEqual([least, most], [0.82, 0.84]);
  });

  it('never mixes versions, and the last that was run counts', () => {
    const old = [0, 1, 2].map((seed) => recordOf('resnet8-ours-2', seed, 0.5, { version: 'old' }));
    const later = recordOf('resnet8-ours-2', 1, 0.8, {
      version: 'new',
      measuredAt: '2026-02-01T00:00:00.000Z',
    });
    const [summary] = summarize([experimentOf('resnet8-ours-2')], [...old, later]);
    assert.deepEqual(
      summary!.runs.map(({ seed, record }) => [seed, record.version]),
      [[1, 'new']],
    );
  });

  it('counts a record only for the task that it was made by', () => {
    const other = recordOf('resnet8-no-guidance-2', 0, 0.8);
    const { subject, ...rest } = experimentOf('resnet8-ours-2');
    const tried = { ...rest, subject: { ...subject, schedule: { ...subject.schedule, epochs: 1 } } };
    const shorter = { ...other, name: taskName(tried, 0, taskOf(tried, 0)) };
    const [summary] = summarize([experimentOf('resnet8-ours-2')], [other, shorter]);
    assert.deepEqual(summary!.runs, []);
  });
});

describe('the command line', () => {
  const runsOf = (...args: string[]) => {
    const request = parseArguments(args);
    assert.ok(request.kind === 'run');
    return request.selection.runs.map(({ experiment, seed }) => `${experiment.id} ${seed}`);
  };

  it('selects by subject, method, bits and seed; the first seed of everything comes first', () => {
    assert.deepEqual(
      runsOf('--only', 'resnet8:ours,nnvis-mnist:rounding', '--bits', '2,4', '--seeds', '0,1'),
      [
        'resnet8-ours-4 0',
        'resnet8-ours-2 0',
        'nnvis-mnist-rounding-4 0',
        'nnvis-mnist-rounding-2 0',
        'resnet8-ours-4 1',
        'resnet8-ours-2 1',
      ],
    );
  });

  it('writes the page after everything alone', () => {
    const whole = (...args: string[]) => {
      const request = parseArguments(args);
      return request.kind === 'run' && request.selection.whole;
    };
    assert.ok(whole());
    assert.ok(!whole('--seeds', '0'));
    assert.ok(!whole('--epochs', '1'));
  });

  it('refuses what there is not', () => {
    assert.throws(() => parseArguments(['--only', 'resnet9']), /no such name/);
    assert.throws(() => parseArguments(['--bits', '7']), /no experiment/);
  });
});

describe('the page', () => {
  it('says of each row what was measured', () => {
    const records = [0.83, 0.84].map((after, seed) => recordOf('resnet8-ours-2', seed, after));
    const [row] = cellsOf(rowsOf(summarize([experimentOf('resnet8-ours-2')], records)));
    assert.deepEqual(row, [
      'qgt',
      '2',
      '84.87 %',
      '83.50 % (83.00 to 84.00)',
      '1.37 ± 0.62 points',
      '300,000',
      '30,000',
      '10.0',
      '61 s',
      '0, 1 of 0, 1, 2',
      'abc1234',
    ]);
  });

  it('invents nothing: without records every row is not run, and there is no plot', async () => {
    const files = await documentOf(summarize(experiments, []));
    assert.deepEqual(
      files.map(({ path }) => path),
      ['results.md'],
    );
    const rows = cellsOf(rowsOf(summarize(experiments, [])));
    assert.equal(rows.length, experiments.length);
    for (const [, , ...cells] of rows) assert.deepEqual(cells, ['not run', ...Array(8).fill('')]);
  });

  it('begins with one table and one plot, a row for each model, and folds the rest', async () => {
    const records = [recordOf('resnet8-ours-2', 0, 0.83), recordOf('resnet8-data-free-8', 0, 0.84)];
    const [page] = await documentOf(summarize(experiments, records));
    const [top, ...rest] = page!.text.split(/^(?=## )/m);
    assert.equal(top!.match(/^\| --- /gm)!.length, 1);
    assert.equal(top!.match(/^!\[/gm)!.length, 1);
    assert.doesNotMatch(top!, /<details>/);
    const rows = cellsOf(top!.slice(top!.indexOf('| '), top!.indexOf('Each cell')).trim());
    assert.deepEqual(
      rows.map(([title]) => title),
      subjects.map(({ title }) => title),
    );
    assert.deepEqual(rows[0], [
      'ResNet-8 on CIFAR-10',
      '84.87 %, 300.0 kB',
      '84.00 %, 60.0 kB (5.0)',
      'not run',
      '83.00 %, 30.0 kB (10.0)',
      'not run',
      'not run',
    ]);
    let depth = 0;
    for (const line of rest
      .join('')
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .split('\n')) {
      depth += (line.match(/<details>/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length;
      if (depth === 0 && !/^(#+ |<\/details>|$)/.test(line)) assert.fail(`not folded: ${line}`);
    }
    assert.equal(depth, 0);
  });

  it('has the command of every row, as it is run', async () => {
    const [page] = await documentOf(summarize(experiments, []));
    const lines = page!.text.split('\n');
    const commands = lines.filter((line) => /^(qgt|npm run) .*--seeds? /.test(line));
    assert.equal(commands.length, experiments.length);
    for (const command of [
      'qgt compress nnvis-mnist --bits 2 --data mnist/train-images-idx3-ubyte.gz --eval mnist/t10k-images-idx3-ubyte.gz ' +
        '--input-range 0..1 --epochs 10 --batch-size 128 --learning-rate 0.002 --augment none --seed 0 --output out',
      'qgt compress nnvis-mnist --bits 2 --seed 0 --output out && qgt eval out/model.qgt ' +
        '--data mnist/t10k-images-idx3-ubyte.gz --against nnvis-mnist --input-range 0..1',
      'npm run bench:results -- --only resnet8:qkeras --bits 2 --seeds 0',
    ])
      assert.ok(commands.includes(command), command);
  });
});

describe('a plot', () => {
  const summaries = () =>
    summarize(experiments, [
      recordOf('resnet8-ours-2', 0, 0.83),
      recordOf('resnet8-ours-4', 0, 0.84),
      recordOf('resnet8-ours-8', 0, 0.8487),
      recordOf('resnet8-rounding-2', 0, 0.16),
    ]).filter(({ experiment }) => experiment.subject === subjects[0]);
  const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');

  it('has a point for each experiment, to the right for more bytes and higher for more accuracy', () => {
    const drawing = parse(renderSvg(accuracyOverBytes('<ResNet> & co', summaries())!));
    const circles = [...drawing.querySelectorAll('g[aria-label="dot"] circle')].map((circle) => ({
      x: Number(circle.getAttribute('cx')),
      y: Number(circle.getAttribute('cy')),
    }));
    // Three of the method, by bytes, and the one in the legend.
    const [two, four, eight] = circles as [
      { x: number; y: number },
      { x: number; y: number },
      { x: number; y: number },
    ];
    assert.equal(circles.length, 4);
    assert.ok(two.x < four.x && four.x < eight.x);
    assert.ok(two.y > four.y && four.y > eight.y);
    // A logarithmic axis: 30, 40 and 60 kB.
    const share = (four.x - two.x) / (eight.x - two.x);
    assert.ok(Math.abs(share - Math.log(40 / 30) / Math.log(60 / 30)) < 1e-6, String(share));
  });

  it('says to those who do not see it what it shows, and gives what lies too deep its figure', () => {
    const svg = renderSvg(accuracyOverBytes('<ResNet> & co', summaries())!);
    const drawing = parse(svg);
    assert.equal(drawing.querySelector('title')!.textContent, '<ResNet> & co: accuracy over bytes');
    assert.match(drawing.querySelector('desc')!.textContent!, /qgt at 2 bits 83\.0 %, 30\.0 kB/);
    const texts = [...drawing.querySelectorAll('text')].map((text) => text.textContent);
    assert.ok(texts.some((text) => text!.includes('16.0 %')));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.js';
import { colourless } from '../../src/cli/colours.js';
import { runCli } from '../../src/cli/index.js';
import { sweepScreen } from '../../src/cli/screens/sweep.js';
import { textPlot } from '../../src/cli/screens/text-plot.js';
import { createSweepReport, type SweepReport } from '../../src/report/index.js';
import { unjudged } from '../report/sweep-trials.js';
import { fakeIo } from './fake-io.js';

const failed = {
  ...unjudged('bits=9', 0, 0),
  state: 'failed' as const,
  bytes: null,
  ratio: null,
  choice: null,
  metric: null,
  output: null,
  error: 'bits: must be less',
};

const report: SweepReport = createSweepReport({
  folder: 'sweep',
  notes: ['a note on the sweep'],
  limits: {},
  trials: [
    unjudged('bits=1.58', 16_121, 0.8314),
    unjudged('bits=2', 19_516, 0.8402),
    unjudged('bits=4', 35_986, 0.8475),
    failed,
  ],
});

const screen = (width: number) => sweepScreen(report, { width, colours: colourless, told: new Set() });

describe('the screen of a sweep', () => {
  it('has a row for each trial, a plot, what failed, and the file to take', () => {
    const text = screen(120);
    assert.match(text, /^bits=2 +recommended +19\.5 kB +17\.2 +84\.0 % +84\.0 % +1\.0 points lost +12 s$/m);
    assert.match(text, /^bits=4 +front /m);
    assert.match(text, /^failed: bits=9: bits: must be less$/m);
    assert.match(text, /^note: a note on the sweep$/m);
    assert.match(text, /^recommended: bits=2: the smallest file within one standard error/m);
    assert.match(text, /^ {6}sweep\/trials\/bits=2\/out\/model\.qgt$/m);
    assert.match(text, /resnet8: accuracy over bytes/);
  });

  it('keeps to its columns', () => {
    for (const width of [40, 80, 120])
      for (const line of screen(width).split('\n')) assert.ok([...line].length <= width, `${width}: ${line}`);
  });
});

describe('a plot of text', () => {
  const frame = { width: 22, rows: 3, formatX: String, formatY: String };

  it('has its marks where their values are, on a logarithmic axis from left to right', () => {
    const marks = [
      { x: 1, y: 0, sign: 'a' },
      { x: 10, y: 5, sign: 'b' },
      { x: 100, y: 10, sign: 'c' },
    ];
    const [top, middle, bottom, axis] = textPlot(marks, frame).split('\n');
    assert.equal(top, '10 │                 c');
    assert.ok([10, 11].includes(middle!.indexOf('b') - 3 + 1) || middle!.indexOf('b') > 9);
    assert.equal(bottom, ' 0 │a');
    assert.match(axis!, /^ {3}└─+$/);
  });

  it('of one value names it once', () => {
    const plot = textPlot([{ x: 1, y: 7, sign: 'a' }], frame);
    assert.equal(plot.match(/7/g)?.length, 1);
    assert.match(plot, /^7 │ +a$/m);
  });
});

describe('qgt sweep on the command line', () => {
  it('has commands of two words, wherever options stand', async () => {
    for (const argv of [
      ['sweep', 'run', 'out', '--jobs', '2'],
      ['--quiet', 'sweep', 'run', '--jobs', '2', 'out'],
    ]) {
      const { request } = await parseArguments(argv);
      assert.ok(request.kind === 'run');
      assert.deepEqual([request.command, request.operands, request.flags.jobs], ['sweep run', ['out'], '2']);
    }
    const { request } = await parseArguments(['sweep', './run']);
    assert.ok(request.kind === 'run');
    assert.deepEqual([request.command, request.operands], ['sweep', ['./run']]);
    for (const argv of [
      ['help', 'sweep', 'run'],
      ['sweep', 'run', '--help'],
    ])
      assert.deepEqual((await parseArguments(argv)).request, { kind: 'help', topic: 'sweep run' });
  });

  /** Runs a command on a sweep that has come to `found`. */
  async function answer(found: SweepReport, ...argv: string[]) {
    const calls: unknown[] = [];
    const { io, out } = fakeIo();
    const call = async (options: object) => {
      calls.push({ ...options });
      return found;
    };
    const runWorker = () => assert.fail('no worker is asked for');
    const loadSweeps = async () => ({ sweep: call, runSweep: call, showSweep: call, runWorker });
    const loadPipeline = () => assert.fail('a sweep loads TensorFlow');
    return { code: await runCli(argv, io, { loadPipeline, loadSweeps }), out: out(), calls };
  }

  it('hands lists on, loads no TensorFlow, and ends with 1 where a trial has failed', async () => {
    const { code, calls } = await answer(report, 'sweep', 'm.json', '--bits', '2,4', '--seed', '0,1');
    assert.deepEqual(calls, [{ model: 'm.json', bits: ['2', '4'], seed: ['0', '1'] }]);
    assert.equal(code, 1);
    const fine = { ...report, trials: report.trials.slice(0, 3) };
    assert.equal((await answer(fine, 'sweep', 'show', 'out')).code, 0);
  });

  it('prints the format that is asked for', async () => {
    assert.deepEqual(
      JSON.parse((await answer(report, 'sweep', 'show', 'o', '--format', 'json')).out),
      report,
    );
    assert.deepEqual(JSON.parse((await answer(report, 'sweep', 'show', 'o', '--json')).out), report);
    assert.match((await answer(report, 'sweep', 'show', 'o', '--format', 'csv')).out, /^id,model,name,state/);
  });
});

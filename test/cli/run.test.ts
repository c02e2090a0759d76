import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Pipeline, runCli } from '../../src/cli/index.js';
import { describeProgress } from '../../src/cli/progress.js';
import { QgtError, type RunControls } from '../../src/core/index.js';
import { exporters } from '../../src/export/index.js';
import {
  differenceFormats,
  type ReportFormat,
  reporterForms,
  reportFormats,
} from '../../src/report/index.js';
import { sampleReport } from '../report/sample-report.js';
import { type FakeTerminal, fakeIo } from './fake-io.js';
import {
  fakePipeline,
  sampleDiagnosis,
  sampleDifference,
  sampleEvaluation,
  sampleExport,
  sampleInit,
  sampleInspection,
  samplePlan,
  sampleSetUp,
} from './fake-pipeline.js';

/** Runs a command line on the fake pipeline. */
async function run(
  line: string,
  terminal: FakeTerminal = {},
  act?: (controls: RunControls) => void | Promise<void>,
) {
  const { io, out, err } = fakeIo(terminal);
  const { pipeline, calls } = fakePipeline(act);
  const code = await runCli(line === '' ? [] : line.split(' '), io, { loadPipeline: async () => pipeline });
  return { code, out: out(), err: err(), calls };
}

/** The names in a registry: `tfjs, npz or c`. */
const alternatives = (registry: readonly { readonly name: string }[]): string =>
  registry
    .map(({ name }) => name)
    .join(', ')
    .replace(/, ([^,]+)$/, ' or $1');

describe('a mistake on the command line is answered on stderr, with exit code 2', () => {
  const cases: [string, string][] = [
    ['comprss m.json', 'qgt: unknown command comprss; did you mean compress?'],
    ['frobnicate m.json', 'qgt: unknown command frobnicate; see `qgt --help`'],
    ['completion --bash', 'qgt completion: unknown option --bash; see `qgt completion --help`'],
    ['help comprss', 'qgt: unknown command comprss; did you mean compress?'],
    ['compress m.json --bist 3', 'qgt compress: unknown option --bist; did you mean --bits?'],
    ['compress m.json --baz-quux', 'qgt compress: unknown option --baz-quux; see `qgt compress --help`'],
    ['inspect m.json --bits 3', 'qgt inspect: unknown option --bits; see `qgt inspect --help`'],
    ['--quite', 'qgt: unknown option --quite; did you mean --quiet?'],
    [
      'compress',
      'qgt compress: no <model> given, expected model.json, a .keras or .h5, or a folder that holds one; see `qgt compress --help`',
    ],
    [
      'compress a.json b.json',
      'qgt compress: takes one model, got also b.json; give an option its value right after it',
    ],
    [
      'diff a.json',
      'qgt diff: no <after> given, expected a report.json, a .qgt, or a folder that holds one or both; see `qgt diff --help`',
    ],
    ['diff a b c', 'qgt diff: takes before and after, got also c; give an option its value right after it'],
    [
      'analyze m --format htm',
      `--format: must be text, ${alternatives(reportFormats)}, got htm; did you mean html?`,
    ],
    [
      'compress m --dry-run --resume',
      '--resume: must be left out with --dry-run, which plans a run from its beginning\n',
    ],
    [
      'compress m --dry-run --format csv',
      '--format: must be left out with --dry-run; --json prints the plan as JSON, got csv',
    ],
    [
      'analyze m --report html',
      '--report: must be given with --output; --format prints the report in place of the table, got ["html"]',
    ],
    ['diff a b --format csv', `--format: must be text, ${alternatives(differenceFormats)}, got csv`],
    ['setup m.json', 'qgt setup: takes no model, got m.json; see `qgt setup --help`'],
    ['doctor --bits 2', 'qgt doctor: unknown option --bits; see `qgt doctor --help`'],
    ['compress m.json --bits', '--bits: needs a value'],
    ['compress m.json -b', '-b: needs a value'],
    ['compress m.json --data=', '--data: needs a value'],
    ['compress m.json --uniform=yes', '--uniform: must be true or false, got yes'],
    ['doctor --json=1', '--json: must be true or false, got 1'],
    ['compress m.json --bits 12', '--bits: must be 1.58, 2-8 or auto, got 12'],
    ['compress m.json --bits two', '--bits: must be 1.58, 2-8 or auto, got two'],
    ['compress m.json --bits 2.5', '--bits: must be 1.58, 2-8 or auto, got 2.5'],
    ['analyze m.json --bits auto', '--bits: must be 1.58 or 2-8, got auto'],
    [
      'compress m.json --bits auto',
      '--bits: must be a width, unless --max-bytes, --min-ratio or --max-drop says what auto is for, got auto',
    ],
    [
      'compress m.json --entropy-penalty auto --max-drop 1',
      '--entropy-penalty: must be a number, unless --max-bytes or --min-ratio says what auto is for, got auto',
    ],
    ['analyze m.json --min-sqnr loud', '--min-sqnr: must be a number, got loud'],
    [
      'compress m.json --fail-on botleneck',
      '--fail-on: must be watch or bottleneck, got botleneck; did you mean bottleneck?',
    ],
    ['compress m.json --check max-drop', '--check: must be off, warn or error for max-bytes, '],
    ['compress m.json --check max-dorp=warn', '--check: must be off, warn or error for max-bytes, '],
    ['compress m.json --reporter junti', `--reporter: must be one of ${reporterForms.join(', ')}, got junti`],
    [
      'compress m.json --reporter github=a',
      `--reporter: must be one of ${reporterForms.join(', ')}, got github=a`,
    ],
    [
      'compress m.json --reporter junit=',
      `--reporter: must be one of ${reporterForms.join(', ')}, got junit=`,
    ],
    [
      'compress m.json --bits auto --max-bytes 64XB',
      '--max-bytes: must be a size such as 65536, 64KB (64,000 bytes) or 64KiB, got 64XB',
    ],
    ['compress m.json --bits auto --max-bytes 0.1KB0', '--max-bytes: must be a size such as'],
    ['compress m.json --bits auto --max-bytes 0', '--max-bytes: must be more than 0, got 0'],
    ['compress m.json --bits 4 --quantizer uint8', '--bits: must be 8 or more with --quantizer uint8, got 4'],
    ['compress m.json --bits auto --min-ratio 1', '--min-ratio: must be more than 1, got 1'],
    ['compress m.json --bits auto --max-drop -1', '--max-drop: must be 0-100, got -1'],
    ['compress m.json --distill 1.5', '--distill: must be 0-1, got 1.5'],
    ['compress m.json --guidance -1', '--guidance: must be 0 or more, got -1'],
    ['compress m.json --learning-rate 0', '--learning-rate: must be more than 0, at most 1, got 0'],
    [
      'compress m.json --forward flaot',
      '--forward: must be quantized or float, got flaot; did you mean float?',
    ],
    [
      'compress m.json --report csv,htm',
      `--report: must be ${alternatives(reportFormats)}, got htm; did you mean html?`,
    ],
    [
      'compress m.json --layer conv=9',
      "--layer: must be NAME=BITS with bits 1.58, 2-8 or float, such as 'conv2d_3=4', got conv=9",
    ],
    [
      'compress m.json --layer =1.58',
      "--layer: must be NAME=BITS with bits 1.58, 2-8 or float, such as 'conv2d_3=4', got =1.58",
    ],
    ['compress m.json --layer conv=2,clip:1.2', '--layer: must be a clip of at most 1, got conv=2,clip:1.2'],
    [
      'compress m.json --layer conv=2,clip:',
      '--layer: must be a clip above 0 and at most 1, got conv=2,clip:',
    ],
    ['compress m.json --layer conv=2,clip:0', '--layer: must be a clip above 0, got conv=2,clip:0'],
    ['compress m.json --layer conv=float,integer', '--layer: must be float alone, got conv=float,integer'],
    [
      'compress m.json --layer conv=2,perchannel',
      '--layer: must be a rule with clip:X, perChannel, perTensor or a quantizer (uniform, integer, affine, ternary, ' +
        'power-of-two, codebook, uint8, auto), got conv=2,perchannel',
    ],
    [
      'compress m.json --layer conv=2,perChannel,perTensor',
      '--layer: must be a rule with one clip, one granularity and one quantizer at most, got conv=2,perChannel,perTensor',
    ],
    [
      'compress m.json --max-time soon',
      '--max-time: must be a number with s, m or h, such as 90s or 10m, got soon',
    ],
    ['compress m.json --max-time 0s', '--max-time: must be more than 0, got 0s'],
    ['export m.qgt', `--to: is needed, expected ${alternatives(exporters)}`],
    [
      'worker nonsense',
      '<server>: must be the address of a Redis server, such as redis://localhost:6379, got',
    ],
    ['eval m --metric f1 --metric auc', '--metric: must be one metric for all outputs, not f1 and auc, got'],
    ['eval m --metric a=f1 --metric b=f1 --metric a=f1', '--metric: must be one metric for a, not f1 and f1'],
    ['compress m.json --config missing.json', 'missing.json: no such config file'],
  ];
  for (const [line, message] of cases) {
    it(line, async () => {
      const { code, out, err, calls } = await run(line);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.ok(err.startsWith(`error: ${message}`), err);
      assert.equal(err.trimEnd().split('\n').length, 1);
      assert.deepEqual(calls, []);
    });
  }
});

describe('options reach the pipeline as the schema takes them', () => {
  const cases: [string, string, Record<string, unknown>][] = [
    ['inspect m.json', 'inspect', { model: 'm.json' }],
    ['compress -b 2 m.json', 'compress', { model: 'm.json', bits: 2 }],
    ['compress -b2 -q m.json -o out', 'compress', { model: 'm.json', bits: 2, output: 'out' }],
    ['compress m.json --bits 1.58', 'compress', { model: 'm.json', bits: 1.58 }],
    [
      'compress m.json --bits auto --max-bytes 64KB',
      'compress',
      { model: 'm.json', bits: 'auto', maxBytes: '64KB' },
    ],
    [
      'compress m.json --max-bytes 64KB --max-drop 0.5 --min-sqnr -3 --check max-drop=warn,max-bytes=off',
      'compress',
      {
        model: 'm.json',
        maxBytes: '64KB',
        maxDrop: 0.5,
        minSqnr: -3,
        check: ['max-drop=warn,max-bytes=off'],
      },
    ],
    ['compress m.json --bits 3 --bits=5', 'compress', { model: 'm.json', bits: 5 }],
    ['compress m.json --input-range -1..1', 'compress', { model: 'm.json', inputRange: ['-1..1'] }],
    [
      'compress --layer a=2 m.json --layer {b,c}*=3',
      'compress',
      { model: 'm.json', layer: ['a=2', '{b,c}*=3'] },
    ],
    ['compress m.json --report csv,markdown', 'compress', { model: 'm.json', report: ['csv', 'markdown'] }],
    [
      'compress m.json --classes b,a --uniform',
      'compress',
      { model: 'm.json', classes: ['b', 'a'], uniform: true },
    ],
    [
      'compress m.json --no-uniform --learning-rate 1e-3',
      'compress',
      { model: 'm.json', uniform: false, learningRate: 1e-3 },
    ],
    ['compress m.json --uniform=true', 'compress', { model: 'm.json', uniform: true }],
    ['inspect -- --json=1', 'inspect', { model: '--json=1' }],
    ['compress m.json --max-time 90', 'compress', { model: 'm.json', maxTime: '90' }],
    ['compress m.json --dry-run', 'planCompression', { model: 'm.json' }],
    ['compress 123', 'compress', { model: '123' }],
    ['analyze m.json --samples 9', 'analyze', { model: 'm.json', samples: 9 }],
    ['eval m.qgt --data t --against m.json', 'evaluate', { model: 'm.qgt', data: 't', against: 'm.json' }],
    [
      'export m.qgt --to tfjs --weights float32',
      'exportModel',
      { model: 'm.qgt', to: 'tfjs', weights: 'float32' },
    ],
    ['inspect -- -odd.json', 'inspect', { model: '-odd.json' }],
    ['setup --prefix /opt/qgt --force', 'setUp', { prefix: '/opt/qgt', force: true }],
    ['doctor', 'doctor', {}],
    ['demo -o out', 'demo', { output: 'out' }],
    ['init --bits 2 --max-drop 1', 'init', { bits: 2, maxDrop: 1 }],
    ['diff a.json b.json', 'diff', { before: 'a.json', after: 'b.json' }],
    ['report out --format html', 'report', { run: 'out' }],
    ['diff -- -a b', 'diff', { before: '-a', after: 'b' }],
  ];
  it('has its time counted from the start of the process', async () => {
    for (const line of ['compress m.json', 'compress m.json --dry-run', 'analyze m.json']) {
      const starts: (number | undefined)[] = [];
      await run(line, {}, ({ startedAt }) => void starts.push(startedAt));
      assert.deepEqual(starts, [0], line);
    }
  });

  for (const [line, name, options] of cases) {
    it(line, async () => {
      const { code, calls, err } = await run(line);
      assert.equal(code, 0, err);
      assert.deepEqual(calls, [{ name, options }]);
    });
  }
});

describe('stdout and stderr', () => {
  const measuring = { kind: 'measuring', what: 'sensitivity of 9 kernels', done: 3, total: 54 } as const;
  const work = ({ onProgress }: RunControls) => {
    onProgress!({ kind: 'stage', text: 'reading \u001b[31mm.json' });
    onProgress!(measuring);
    onProgress!({ kind: 'reading', source: 'cats', done: 23_400, total: 50_000 });
    onProgress!({ kind: 'note', text: sampleReport.notes[0]! });
    onProgress!({ kind: 'step', epoch: 1, epochs: 2, step: 1, steps: 9, loss: 1, remainingMs: 9000 });
    onProgress!({
      kind: 'epoch',
      epoch: 1,
      epochs: 2,
      loss: 0.25,
      metric: { name: 'accuracy', value: 0.912 },
      remainingMs: 41_000,
    });
    onProgress!({ kind: 'warning', text: 'careful' });
  };

  it('off a terminal long work that tells its time has a line for every tenth', async () => {
    const { err } = await run('compress m.json', {}, ({ onProgress }) => {
      for (let done = 1; done <= 2500; done++)
        onProgress!({ kind: 'measuring', what: 'learning', done, total: 2500, remainingMs: 2500 - done });
    });
    const lines = err.trim().split('\n');
    assert.equal(lines.length, 10);
    assert.equal(lines[3], 'learning  1,000 of 2,500  1.5 s left');
    assert.equal(lines[9], 'learning  2,500 of 2,500');
  });

  it('off a terminal: one plain line an event, no animation, no colour', async () => {
    const { out, err } = await run('compress m.json', {}, work);
    assert.deepEqual(err.split('\n'), [
      'reading \ufffd[31mm.json',
      `note: ${sampleReport.notes[0]}`,
      'epoch 1/2  loss 0.2500  accuracy 91.2 %  41 s left',
      'warning: careful',
      '',
    ]);
    assert.ok(!out.includes('\u001b'));
    assert.ok(out.includes("const model = await loadQgt('person-2bit/model.qgt', { tf });"));
  });

  it('off a terminal: of many epochs a hundred lines and the last', async () => {
    const { err } = await run('compress m.json', {}, ({ onProgress }: RunControls) => {
      for (let epoch = 1; epoch <= 1234; epoch++)
        onProgress!({ kind: 'epoch', epoch, epochs: 1234, loss: 1, remainingMs: 0 });
    });
    const epochs = err.match(/(?<=^epoch )[0-9]+/gm)!.map(Number);
    assert.deepEqual(epochs.slice(0, 3), [13, 26, 39]);
    assert.equal(epochs.at(-1), 1234);
    assert.equal(epochs.length, 95);
  });

  it('says how far measurements have come', () => {
    assert.equal(describeProgress(measuring), 'sensitivity of 9 kernels  3 of 54');
  });

  it('on a terminal: a spinner on stderr', async () => {
    const { out, err } = await run('compress m.json', { outTTY: true, errTTY: true }, work);
    assert.ok(err.includes('reading cats  23,400 of 50,000 files'));
    assert.match(err, /epoch 1\/2 {2}loss 0\.2500/);
    assert.ok(err.includes('\u001b'));
    assert.ok(out.includes('\u001b[1m'));
  });

  for (const env of [{ CI: 'true' }, { TERM: 'dumb' }] as Record<string, string>[]) {
    it(`no animation under ${JSON.stringify(env)}`, async () => {
      const { err } = await run('compress m.json', { errTTY: true, env: { NO_COLOR: '1', ...env } }, work);
      assert.ok(!err.includes('\u001b'));
      assert.ok(err.includes('epoch 1/2  loss 0.2500'));
    });
  }

  it('no animation on a terminal that says it has no columns: ora would clear lines without end', async () => {
    const { err } = await run('compress m.json --no-color', { errTTY: true, columns: 0 }, work);
    assert.ok(!err.includes('\u001b'));
    assert.ok(err.includes('epoch 1/2  loss 0.2500'));
  });

  for (const isTTY of [true, false]) {
    it(`every note once, ${isTTY ? 'on' : 'off'} a terminal: as it comes on stderr, or else with the table`, async () => {
      const { out, err } = await run('compress m.json', { outTTY: isTTY, errTTY: isTTY, columns: 400 }, work);
      for (const note of sampleReport.notes) assert.equal(`${err}${out}`.split(note).length, 2, note);
    });
  }

  const colourCases: [string, FakeTerminal, boolean][] = [
    ['inspect m', { outTTY: true }, true],
    ['inspect m', { outTTY: false, errTTY: true }, false],
    ['inspect m', { outTTY: true, env: { NO_COLOR: '1' } }, false],
    ['inspect m', { outTTY: true, env: { NO_COLOR: '' } }, true],
    ['inspect m', { outTTY: true, env: { TERM: 'dumb' } }, false],
    ['inspect m --no-color', { outTTY: true }, false],
    ['inspect m --color', {}, true],
    ['--help', { outTTY: true }, true],
    ['--help', {}, false],
  ];
  for (const [line, terminal, coloured] of colourCases) {
    it(`${line} ${JSON.stringify(terminal)}: ${coloured ? 'colours' : 'no colours'}`, async () => {
      assert.equal((await run(line, terminal)).out.includes('\u001b['), coloured);
    });
  }

  it('an error is red on a terminal only, and without --no-color', async () => {
    const line = 'compress m --bits 9';
    assert.ok((await run(line, { errTTY: true })).err.startsWith('\u001b[31merror:\u001b[39m --bits'));
    assert.ok((await run(line)).err.startsWith('error: --bits'));
    assert.ok((await run(`${line} --no-color`, { errTTY: true })).err.startsWith('error: --bits'));
  });

  it('--quiet says nothing', async () => {
    assert.deepEqual(
      await run('compress m.json --quiet', { outTTY: true, errTTY: true }, work).then(({ out, err }) => [
        out,
        err,
      ]),
      ['', ''],
    );
  });

  for (const format of reportFormats) {
    it(`--format ${format.name} puts the report on stdout so, and nothing else, also under --quiet`, async () => {
      const { out } = await run(`compress m --format ${format.name}`, { outTTY: true });
      assert.equal(out, await format.render(sampleReport));
      assert.equal((await run(`compress m --format ${format.name} -q`)).out, out);
    });
  }

  for (const format of differenceFormats) {
    it(`diff --format ${format.name} puts the difference on stdout so, also under --quiet`, async () => {
      const { out } = await run(`diff a b --format ${format.name}`, { outTTY: true });
      assert.equal(out, await format.render(sampleDifference));
      assert.equal((await run(`diff a b --format ${format.name} -q`)).out, out);
    });
  }

  for (const line of ['compress m', 'report out']) {
    it(`${line} --format html says which libraries draw it where they are not there`, async (t) => {
      const html = reportFormats.find(({ name }) => name === 'html') as Required<ReportFormat>;
      const absent = new QgtError('not-installed', { where: 'pages', what: 'plots are not installed' });
      t.mock.method(html, 'load', () => Promise.reject(absent));
      const { code, err, calls } = await run(`${line} --format html`);
      assert.deepEqual([code, err, calls], [2, 'error: pages: plots are not installed\n', []]);
    });
  }

  it('--format text is the table', async () => {
    assert.equal((await run('diff a b --format text')).out, (await run('diff a b')).out);
    assert.equal((await run('analyze m --format text')).out, (await run('analyze m')).out);
    assert.equal((await run('analyze m --format text -q')).out, '');
  });

  const results: [string, unknown][] = [
    ['compress m', sampleReport],
    ['compress m --dry-run', samplePlan],
    ['eval m --data d', sampleEvaluation],
    ['inspect m', sampleInspection],
    ['export m --to tfjs', sampleExport],
    ['setup', sampleSetUp],
    ['doctor', sampleDiagnosis],
    ['demo', sampleReport],
    ['init', sampleInit],
    ['diff a b', sampleDifference],
  ];
  for (const [line, expected] of results) {
    it(`${line} --json puts JSON on stdout, and nothing else`, async () => {
      const loud = await run(`${line} --json`, { outTTY: true }, work);
      assert.deepEqual(JSON.parse(loud.out), expected);
      assert.ok(loud.err.includes('warning: careful'));
      const quiet = await run(`${line} --json -q`, {}, work);
      assert.deepEqual([quiet.out, quiet.err], [loud.out, '']);
    });
  }
});

describe('what goes wrong inside', () => {
  const failure = new QgtError('bad-model', { where: 'conv\u001b[2J', what: 'broken', remedy: 'mend it' });

  it('is one line on stderr and exit code 2, even under --json', async () => {
    const { code, out, err } = await run('compress m --json', {}, () => Promise.reject(failure));
    assert.deepEqual([code, out, err], [2, '', 'error: conv\ufffd[2J: broken; mend it\n']);
  });

  it('shows the stack under QGT_LOG=debug', async () => {
    const { err } = await run('compress m', { env: { QGT_LOG: 'debug' } }, () => Promise.reject(failure));
    assert.match(err, /\n\s+at /);
  });

  it('ends with 130 after Ctrl-C, without an error', async () => {
    const interruption = new AbortController();
    const { code, out, err } = await run('compress m', { signal: interruption.signal }, ({ stopEarly }) => {
      interruption.abort();
      if (stopEarly?.aborted) throw new QgtError('aborted', { where: 'qgt', what: 'stopped' });
    });
    assert.deepEqual([code, out, err], [130, '', '']);
  });
});

describe('a signal', () => {
  for (const [isStopped, expected] of [
    [true, 143],
    [false, 0],
  ] as const) {
    it(`${isStopped ? 'that has' : 'where nothing has'} ended a training early: ${expected}, and the result is shown`, async () => {
      const interruption = new AbortController();
      const { io, out } = fakeIo({ signal: interruption.signal });
      const { pipeline } = fakePipeline();
      const compress: Pipeline['compress'] = async (options) => {
        interruption.abort('SIGTERM');
        return { ...(await pipeline.compress(options)), isStopped };
      };
      const code = await runCli(['compress', 'm'], io, {
        loadPipeline: async () => ({ ...pipeline, compress }),
      });
      assert.equal(code, expected);
      assert.match(out(), /written +person-2bit\/model\.qgt/);
    });
  }
});

describe('help, version and completion', () => {
  for (const terminal of [{ outTTY: true }, {}]) {
    it(`no arguments, ${terminal.outTTY ? 'on' : 'off'} a terminal: the help, which says how to begin`, async () => {
      const { code, out, err } = await run('', terminal);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^Usage: qgt <command> /);
      assert.match(out, /To begin.*\n {2}qgt inspect model\.json\n/);
    });
  }

  it('a terminal that says it has no columns is taken for one of 80', async () => {
    const { out } = await run('', { outTTY: true, columns: 0 });
    assert.equal(out, (await run('', { outTTY: true, columns: 80 })).out);
  });

  for (const line of ['--help', '-h', 'help', '-q', 'help -q']) {
    it(`${line}: the same`, async () => {
      const { code, out } = await run(line);
      assert.deepEqual([code, out], [0, (await run('')).out]);
    });
  }

  const ofCompress = [
    'compress --help',
    'compress m.json -h --bits 3',
    '-h compress',
    'help compress',
    'help compress -q',
  ];
  for (const line of ofCompress) {
    it(`${line}: the help of the command`, async () => {
      const { code, out } = await run(line);
      assert.equal(code, 0);
      assert.match(out, /^Usage: qgt compress <model> \[options\]/);
    });
  }

  for (const line of ['--version', 'compress --version']) {
    it(line, async () => assert.match((await run(line)).out, /^\d+\.\d+\.\d+\n$/));
  }

  it('completion prints a script that asks qgt itself', async () => {
    const { code, out } = await run('completion');
    assert.equal(code, 0);
    assert.match(out, /qgt --complete/);
    for (const line of ['completion --help', 'help completion'])
      assert.match((await run(line)).out, /^Usage: qgt completion\n.*>> ~\/\.bashrc/s);
  });

  it('completion of another shell is refused', async () => {
    const { code, err } = await run('completion fish');
    assert.equal(code, 2);
    assert.match(err, /is for bash and zsh, got fish/);
  });
});

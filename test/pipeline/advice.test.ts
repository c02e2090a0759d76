import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.js';
import { optionValues } from '../../src/cli/option-values.js';
import type { OnProgress } from '../../src/core/index.js';
import { startEngine } from '../../src/engine/index.js';
import type { Report } from '../../src/report/index.js';
import { analyze, compress } from '../validated.js';
import { digits } from './digits.js';

const NO_CONFIG = { file: null, options: {}, renamed: [], passedBy: false };
let home = '';
let report: Report;
/** What the runs noted and warned of on their way. */
let told: string[] = [];
const onProgress: OnProgress = (event) => {
  if (event.kind === 'note' || event.kind === 'warning') told.push(event.text);
};

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'qgt-advice-'));
  await startEngine('embedded');
  const options = {
    model: digits.model,
    data: digits.train,
    inputRange: '0..1',
    engine: 'embedded',
  } as const;
  ({ report } = await analyze(
    { ...options, bits: 1.58, uniform: true, samples: 100, try: '5s' },
    { onProgress },
  ));
});
after(() => rm(home, { recursive: true, force: true }));

it('advice begins with the whole model: a width more, what a short training was seen to give, then layers', () => {
  const { advice, sensitivity } = report;
  assert.ok(sensitivity!.float.metric - sensitivity!.packed.metric > 0.01);
  const scopes = advice.map(({ scope }) => scope);
  assert.deepEqual(
    scopes,
    scopes.toSorted((a, b) => 'model layers layer'.indexOf(a) - 'model layers layer'.indexOf(b)),
  );
  assert.ok(advice.some(({ kind }) => kind === 'bits'));
  assert.ok(advice.some(({ kind }) => kind === 'first-layers'));
  const training = advice.find(({ kind }) => kind === 'fine-tuning')!;
  assert.ok(!told.some((text) => text.includes('--max-time') || text.includes('--try')), told.join('\n'));
  assert.ok(training.gain! > 1 && training.samples > 0 && training.isHeldOut, training.text);
});

it('no two commands write to one folder', () => {
  const folders = report.advice.map(
    ({ command }) => / -o (\S+)/.exec(command)?.[1] ?? `bits ${/--bits (\S+)/.exec(command)![1]}`,
  );
  assert.ok(folders.length > 2);
  assert.equal(new Set(folders).size, folders.length, folders.join());
});

it('a command that was copied makes a file of the size that was said', async () => {
  const measured = report.advice.filter(({ kind }) => kind === 'bits' || kind === 'first-layers');
  for (const { command, bytes } of measured.slice(0, 2)) {
    const [, ...words] = command.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
    const { request } = await parseArguments(words);
    assert.ok(request.kind === 'run');
    const own = { name: 'compress', operands: { model: 'model.json' } } as const;
    const options = optionValues(own, request.operands, request.flags, NO_CONFIG);
    const followed = await compress({ ...options, output: join(home, String(bytes)) });
    assert.equal(followed.report.totals.bytesAfter - report.totals.bytesAfter, bytes, command);
  }
});

describe('advice on a compressed model', () => {
  const options = () =>
    ({
      model: digits.model,
      data: digits.train,
      eval: digits.test,
      inputRange: '0..1',
      engine: 'embedded',
    }) as const;

  it('says why a model that was trained too little lost, and what may help, each a command', async () => {
    const output = join(home, 'short');
    const run = { ...options(), bits: 1.58, uniform: true, epochs: 3, learningRate: 1e-4, output } as const;
    const { advice, causes, metric, training } = (await compress(run)).report;
    assert.ok(metric!.drop >= 1);
    assert.deepEqual(
      advice.map(({ kind, gain, option }) => ({ kind, gain, option })),
      [
        { kind: 'bits', gain: null, option: '--bits 2' },
        { kind: 'fine-tuning', gain: null, option: '--epochs 6' },
        { kind: 'first-layers', gain: null, option: advice[2]!.option },
      ],
    );
    assert.match(advice[2]!.option, /^--layer '\{\w+,\w+,\w+\}=4'$/);
    assert.match(
      advice[1]!.command,
      /^qgt compress \S+ --bits 1.58 .*--learning-rate 0.0001 --epochs 6 -o \S+short-longer$/,
    );
    const far = causes.find(({ kind }) => kind === 'residual')!;
    const [worst] = Object.entries(training!.trace.at(-1)!.residuals).sort(([, a], [, b]) => b - a);
    assert.equal(far.layers[0]!.name, worst![0]);
    assert.ok(causes.some(({ kind }) => kind === 'noise'));
  });

  it('--try says what a short training with each gives, on samples that chose nothing', async () => {
    const output = join(home, 'tried');
    const run = {
      ...options(),
      bits: 1.58,
      uniform: true,
      epochs: 1,
      learningRate: 1e-4,
      output,
      try: 6,
    } as const;
    told = [];
    const { advice, metric } = (await compress(run, { onProgress })).report;
    assert.ok(!told.some((text) => text.includes('--max-time')), told.join('\n'));
    const [first] = advice;
    // 4 bits for three layers of five: however short the training, that is better than 1.58 bits for all.
    assert.ok(first!.gain! > 1, first!.text);
    assert.equal(first!.samples, metric!.samples);
    assert.ok(first!.isHeldOut);
    const gains = advice.map(({ gain }) => gain!);
    assert.deepEqual(
      gains,
      gains.toSorted((a, b) => b - a),
    );
  });

  it('advises to train what was only rounded, and leaves the rest to analyze', async () => {
    const output = join(home, 'rounded');
    const run = { ...options(), bits: 1.58, uniform: true, epochs: 0, output } as const;
    const { advice, causes } = (await compress(run)).report;
    assert.deepEqual(
      advice.map(({ kind, gain }) => ({ kind, gain })),
      [{ kind: 'fine-tuning', gain: null }],
    );
    assert.doesNotMatch(advice[0]!.command, /--epochs/);
    assert.deepEqual(causes, []);
  });

  it('says to ship what lost less than a point, and of synthesised inputs to measure on real ones', async () => {
    told = [];
    const output = join(home, 'well');
    const well = await compress({ ...options(), bits: 8, epochs: 0, try: 5, output }, { onProgress });
    assert.ok(told.includes('--try: nothing was trained, since less than a point is lost'), told.join('\n'));
    assert.deepEqual(
      well.report.advice.map(({ kind, command }) => ({ kind, command })),
      [{ kind: 'ship', command: '' }],
    );
    // One of 256 answers is another one: less than a point here too.
    const made = {
      synthesisSamples: 32,
      synthesisSteps: 300,
      seed: 2,
      bits: 8,
      quantizer: 'uniform',
      epochs: 0,
      engine: 'embedded',
    } as const;
    const blind = await compress({ ...made, model: digits.model, output: join(home, 'blind') });
    assert.deepEqual(
      blind.report.advice.map(({ kind }) => kind),
      ['check'],
    );
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.js';
import { optionValues } from '../../src/cli/option-values.js';
import { startEngine } from '../../src/engine/index.js';
import type { Report } from '../../src/report/index.js';
import { analyze, compress } from '../validated.js';
import { digits } from './digits.js';

const NO_CONFIG = { file: null, options: {}, renamed: [], passedBy: false };
let home = '';
let report: Report;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'qgt-advice-'));
  await startEngine('embedded');
  const options = {
    model: digits.model,
    data: digits.train,
    inputRange: '0..1',
    engine: 'embedded',
  } as const;
  ({ report } = await analyze({ ...options, bits: 1.58, uniform: true, samples: 100, try: '5s' }));
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
  assert.ok(training.gain! > 1 && training.samples > 0 && training.isHeldOut, training.text);
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

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { type CompressOptions, loadQgt, planCompression, type Report } from '../../src/index.js';
import { analyze, compress } from '../validated.js';
import { digits, saveFewDigits } from './digits.js';

let home = '';
let job: CompressOptions;
let runs = 0;

before(async () => {
  await startEngine('embedded');
  home = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  const data = await saveFewDigits(60, home);
  job = { model: digits.model, data, engine: 'embedded', inputRange: '0..1', bits: 2, epochs: 0 };
});
after(() => rm(home, { recursive: true, force: true }));

const run = (options: Partial<CompressOptions>) =>
  compress({ ...job, ...options, output: join(home, `${runs++}`) });

const rowOf = ({ layers }: Report, name: string) => layers.find((layer) => layer.name === name)!;

/** The values of the last layer's kernel, in which nothing is folded: by channel, ascending and each once. */
async function digitValues(options: Partial<CompressOptions>): Promise<number[][]> {
  const { files } = await run(options);
  const file = new Uint8Array(await readFile(files[0]!));
  const model = (await loadQgt(file, { tf, kind: 'layers' })) as tf.LayersModel;
  const kernel = model.getLayer('digit').getWeights()[0]!.arraySync() as number[][];
  model.dispose();
  return kernel[0]!.map((_, channel) =>
    [...new Set(kernel.map((row) => row[channel]!))].sort((a, b) => a - b),
  );
}

const largest = (channel: readonly number[]): number => Math.max(...channel.map(Math.abs));
const close = (actual: number, expected: number, share: number) =>
  assert.ok(Math.abs(actual / expected - 1) < share, `${actual}, ${expected}`);

/** A scale is stored as bfloat16, to 8 bits. */
const SCALE_ERROR = 2 ** -7;

describe('--layer in the file', () => {
  it('clip draws the grid in', async () => {
    const fitted = await digitValues({ layer: ['digit=2'] });
    const clipped = await digitValues({ layer: ['digit=2,clip:0.7'] });
    for (const [channel, values] of clipped.entries())
      close(largest(values), 0.7 * largest(fitted[channel]!), SCALE_ERROR);
  });

  it('perTensor and perChannel say whether all channels have the same values', async () => {
    const shared = (channels: readonly number[][]) => new Set(channels.flat()).size <= 4;
    assert.ok(shared(await digitValues({ layer: ['digit=2,perTensor'] })));
    assert.ok(!shared(await digitValues({ layer: ['digit=2,perChannel'], granularity: 'perTensor' })));
    assert.ok(shared(await digitValues({ layer: ['digit=2'], granularity: 'perTensor' })));
  });

  it('a quantizer makes the grid of this layer', async () => {
    for (const values of await digitValues({ layer: ['digit=3,integer'] })) {
      const step = Math.min(...values.map(Math.abs).filter((value) => value > 0));
      for (const value of values) assert.ok(Math.abs(value / step - Math.round(value / step)) < 1e-3);
      assert.ok(values.includes(0));
    }
  });
});

describe('--layer in the report', () => {
  it('is what the layer got, and why', async () => {
    const { report } = await run({ layer: ['stem=4,clip:0.7,perTensor,integer'] });
    const { bits, quantizer, granularity, clip, reason } = rowOf(report, 'stem/kernel');
    assert.deepEqual(
      { bits, quantizer, granularity, clip, reason },
      {
        bits: 4,
        quantizer: 'integer',
        granularity: 'perTensor',
        clip: 0.7,
        reason: "--layer 'stem=4,clip:0.7,perTensor,integer'",
      },
    );
    const other = rowOf(report, 'pointwise/kernel');
    assert.deepEqual([other.quantizer, other.granularity, other.clip], ['uniform', 'perChannel', null]);
    const float = rowOf(report, 'digit/bias');
    assert.deepEqual([float.quantizer, float.granularity, float.clip], [null, null, null]);
  });
});

it('a remedy for the bits of a layer keeps the rest of its rule', async () => {
  const { report } = await run({ layer: ['residual=2,integer,clip:0.4'] });
  const [remedy] = rowOf(report, 'residual/kernel').verdict!.remedies;
  assert.equal(remedy!.option, `--layer 'residual=${remedy!.bits},clip:0.4,integer'`);
});

it('analyze tries a layer at each width on the grid that its rule gives it', async () => {
  const { epochs: _, ...options } = job;
  const layer = ['residual=3,clip:0.5,integer'];
  const { report } = await analyze({
    ...options,
    bits: 3,
    uniform: true,
    layer,
    bitWidths: [3],
    samples: 20,
  });
  const { sensitivity, packedBytes } = rowOf(report, 'residual/kernel');
  assert.equal(sensitivity![0]!.bytes, packedBytes);
});

it('--dry-run has the bytes that rounding by such a rule comes to', async () => {
  const layer = { residual: { bits: 3, clip: 0.5, quantizer: 'codebook' } };
  const { report } = await run({ layer });
  const plan = await planCompression({ ...job, layer });
  assert.equal(plan.expectedBytes, report.totals.bytesAfter);
  assert.equal(
    plan.layers.find(({ name }) => name === 'residual/kernel')!.reason,
    "--layer 'residual=3,clip:0.5,codebook'",
  );
});

it('training begins on the grid that a clip draws in', async () => {
  const spanAfterAStep = async (rule: string) => {
    const { report } = await run({ epochs: 1, maxSteps: 1, learningRate: 1e-6, layer: [rule] });
    return rowOf(report, 'residual/kernel').weights!.histogram.levels.at(-1)!;
  };
  const [fitted, clipped] = [await spanAfterAStep('residual=2'), await spanAfterAStep('residual=2,clip:0.4')];
  assert.ok(clipped < 0.9 * fitted, `${clipped}, ${fitted}`);
});

it('--bits auto leaves a layer the grid that a rule gives it', async () => {
  const { report } = await run({ bits: 'auto', minRatio: 8, layer: ['residual=2,clip:0.7,affine'] });
  const { bits, quantizer, clip } = rowOf(report, 'residual/kernel');
  assert.deepEqual([bits, quantizer, clip], [2, 'affine', 0.7]);
  assert.ok(rowOf(report, 'pointwise/kernel').quantizer !== 'affine');
});

it('a rule that is wrong is told by its place and its key', async () => {
  const cases: [layer: unknown, message: RegExp][] = [
    [{ 'a*': 99 }, /layer\.a\*: must be 1\.58, 2-8 or float/],
    [{ a: { bits: 4, clip: 3 } }, /layer\.a\.clip: must be a clip of at most 1/],
    [['a=4', 'b=99'], /layer\.1: must be NAME=BITS with bits 1\.58, 2-8 or float/],
    ['a', /layer\.0: must be NAME=BITS/],
    [7, /layer: must be rules by glob, such as \{ 'conv2d_\*': 4 \}, or a list of NAME=BITS/],
  ];
  for (const [layer, message] of cases)
    await assert.rejects(run({ layer } as Partial<CompressOptions>), { code: 'usage', message });
});

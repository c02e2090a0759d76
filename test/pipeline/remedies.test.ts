import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Candidate, remedyCandidates } from '../../src/analysis/remedy-candidates.js';
import { parseArguments } from '../../src/cli/arguments.js';
import { finalWeights, quantizedOf } from '../../src/compression/file/final-weights.js';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { roundWeights } from '../../src/compression/file/rounding.js';
import { startEngine } from '../../src/engine/index.js';
import type { CompressOptions, CompressResult } from '../../src/index.js';
import type { StoredTensor } from '../../src/pack/index.js';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import { layerOptions } from '../../src/plan/index.js';
import { openSession, readPacked } from '../../src/session/index.js';
import { analyze, compress } from '../validated.js';
import { digits, saveFewDigits } from './digits.js';

const common = {
  model: digits.model,
  bits: 3,
  uniform: true,
  granularity: 'perTensor',
  inputRange: '0..1',
  engine: 'embedded',
} as const;
const KERNEL = 'digit/kernel';

let home = '';
/** Enough of them to open a model with; what is rounded depends on none. */
let few = '';
let runs = 0;
before(async () => {
  await startEngine('embedded');
  home = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  few = await saveFewDigits(60, home);
});
after(() => rm(home, { recursive: true, force: true }));

/** What is typed behind `--layer` where a remedy's option is pasted into a shell. */
async function typedLayer(option: string): Promise<string> {
  const words = option.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'));
  const { request } = await parseArguments(['compress', 'model.json', ...words]);
  assert.ok(request.kind === 'run');
  assert.deepEqual(Object.keys(request.flags), ['layer']);
  return String(request.flags.layer);
}

/** What `compress --epochs 0` makes of these rules. */
const rounded = (
  layer: readonly string[],
  rules: Pick<CompressOptions, 'bits'> = {},
): Promise<CompressResult> =>
  compress({ ...common, ...rules, data: few, epochs: 0, layer, output: join(home, `${runs++}`) });

async function storedIn({ files }: CompressResult): Promise<StoredTensor> {
  const { packed } = await readPacked(files[0]!);
  return packed.tensors.find(({ name }) => name === KERNEL)!;
}

/** What is tried for the last layer, in which nothing is folded, under these rules. */
async function candidatesUnder(layer: readonly string[]): Promise<Candidate[]> {
  const options = parseOptions('analyze', { ...common, layer });
  const { liveModel } = await openSession(options, () => {});
  const weights = finalWeights(
    liveModel,
    roundWeights(floatWeights(liveModel), planModel(liveModel, options)),
  );
  liveModel.dispose();
  const kernel = quantizedOf(weights).find(({ weight }) => weight.name === KERNEL)!;
  return remedyCandidates(kernel, { target: 'digit', isRough: true }, options);
}

describe("a remedy's option, given to compress, stores the tensor that was tried", () => {
  const widths = ['bits', 'bits', 'bits'];
  const clips = ['clip', 'clip', 'clip'];
  const cases: [string, readonly string[], string[]][] = [
    ['of a layer without a rule', [], [...widths, 'per-channel', ...clips, 'float']],
    [
      'of a layer whose rule says more than bits, which is kept',
      ['*=4,affine', 'digit=2,clip:0.85,integer'],
      [...widths, 'per-channel', ...clips.slice(1), 'float'],
    ],
  ];
  for (const [what, layer, kinds] of cases) {
    it(what, async () => {
      const candidates = await candidatesUnder(layer);
      assert.deepEqual(
        candidates.map(({ kind }) => kind),
        kinds,
      );
      const ofEachKind = [...new Map(candidates.map((each) => [each.kind, each])).values()];
      for (const { rules, stored: own } of ofEachKind) {
        const option = layerOptions(rules);
        const tried = own[0]!;
        const stored = await storedIn(await rounded([...layer, await typedLayer(option)]));
        assert.equal(stored.encoding, tried.encoding, option);
        if (stored.encoding === 'raw' || tried.encoding === 'raw') continue;
        assert.deepEqual(stored.codes, tried.codes, option);
        assert.deepEqual(stored.axes, tried.axes, option);
        assert.deepEqual(stored.grid.levels, tried.grid.levels, option);
        // Stored as bfloat16.
        for (const [channel, scale] of stored.grid.scale.entries())
          assert.ok(Math.abs(scale / tried.grid.scale[channel]! - 1) < 2 ** -8, option);
      }
    });
  }
});

it('a remedy that analyze gives takes as many bytes as it says, once it is followed', async () => {
  const rules = { bits: 2 } as const;
  const { report } = await analyze({ ...common, ...rules, data: few, bitWidths: [2] });
  const remedies = report.layers.find(({ name }) => name === 'depthwise/depthwise_kernel')!.verdict!.remedies;
  const kinds = new Set(remedies.map(({ kind }) => kind));
  assert.deepEqual(kinds, new Set(['bits', 'per-channel', 'float']));
  for (const { option, bytes } of remedies) {
    const followed = await rounded([await typedLayer(option)], rules);
    assert.equal(followed.report.totals.bytesAfter - report.totals.bytesAfter, bytes, option);
  }
});

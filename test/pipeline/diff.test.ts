import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { diff } from '../../src/index.js';
import { decodeSecond, noSecondDecoder } from '../pack/second-decoder.js';
import { compress } from '../validated.js';
import { digits, withFolder } from './digits.js';

const rounded = { model: digits.model, bits: 2, data: digits.test, engine: 'embedded', epochs: 0 } as const;

describe('diff', () => {
  before(async () => void (await startEngine('embedded')));

  it(
    'tells two runs apart by folder, report or file, and a run from itself not at all',
    { skip: noSecondDecoder },
    () =>
      withFolder(async (folder) => {
        const [one, other] = [join(folder, 'one'), join(folder, 'other')];
        const first = await compress({ ...rounded, output: one });
        const second = await compress({
          ...rounded,
          quantizer: 'integer',
          layer: { pointwise: 4 },
          output: other,
        });
        for (const path of [one, join(one, 'report.json'), join(one, 'model.qgt')])
          assert.deepEqual((await diff({ before: path, after: path })).layers, [], path);

        const whole = await diff({ before: one, after: other });
        assert.deepEqual(whole.bytes, {
          before: first.report.totals.bytesAfter,
          after: second.report.totals.bytesAfter,
        });
        assert.equal(whole.metric.after!.value, second.report.metric!.after);
        const row = (name: string) => whole.layers.find((each) => each.name === name)!;
        assert.deepEqual(row('pointwise/kernel').bits, { before: 2, after: 4 });
        assert.equal(row('pointwise/kernel').codesChanged, null);
        const [a, b] = await Promise.all(
          [one, other].map((path) => codesOf(join(path, 'model.qgt'), 'residual/kernel')),
        );
        const changed = a!.filter((code, index) => code !== b![index]).length;
        assert.ok(changed > 0);
        assert.equal(row('residual/kernel').codesChanged, changed / a!.length);

        const reports = await diff({ before: join(one, 'report.json'), after: join(other, 'report.json') });
        assert.deepEqual(
          reports.layers.map(({ name, bits, sqnrDb }) => ({ name, bits, sqnrDb })),
          whole.layers.map(({ name, bits, sqnrDb }) => ({ name, bits, sqnrDb })),
        );
        await rm(join(other, 'report.json'));
        const files = await diff({ before: join(one, 'model.qgt'), after: other });
        assert.equal(files.metric.before, null);
        const coded = ({ layers }: typeof whole) =>
          layers
            .filter(({ bits }) => bits.after !== 32)
            .map(({ name, bits, packedBytes, codesChanged }) => ({ name, bits, packedBytes, codesChanged }));
        assert.deepEqual(coded(files), coded(whole));
      }),
  );

  it('reads a report of version 2', async () => {
    const path = join(import.meta.dirname, '../report/report-v2.json');
    const { bytes, metric, layers } = await diff({ before: path, after: path });
    assert.deepEqual([bytes.before, metric.after!.value, layers], [8970, 0.85, []]);
  });

  const refused: [string, string, string, RegExp][] = [
    ['nothing there', 'a.json', '', /a\.json: the file cannot be read, expected a file; check the path/],
    ['no JSON', 'b.json', '{]', /b\.json:1:2: .*JSON.*; name a report\.json/],
    ['half of it', 'h.json', '{', /h\.json:1:2: .*JSON.*; the file ends too early; copy it again/],
    [
      'a model',
      'c.json',
      '{"format":"layers-model"}',
      /c\.json: is no report of qgt: version: .*; name a report\.json/,
    ],
    [
      'a report of another version',
      'd.json',
      '{"version":1}',
      /d\.json: is a report of another version, got 1, expected 3; make both/,
    ],
    [
      'a report cut short',
      'e.json',
      '{"version":3}',
      /e\.json: is no report of qgt: command: .*; name a report\.json/,
    ],
    [
      'a folder of something else',
      'f',
      '',
      /f: holds neither report\.json nor model\.qgt; name the output folder/,
    ],
  ];
  for (const [what, name, text, message] of refused) {
    it(`refuses ${what}`, () =>
      withFolder(async (folder) => {
        const path = join(folder, name);
        if (name === 'f') await mkdir(path);
        else if (text !== '') await writeFile(path, text);
        await assert.rejects(diff({ before: path, after: path }), message);
      }));
  }
});

/** A kernel's codes by the decoder that was written from docs/format.md alone. */
async function codesOf(file: string, name: string): Promise<number[]> {
  const { tensors } = decodeSecond(await readFile(file)) as { tensors: { name: string; codes: number[] }[] };
  return tensors.find((tensor) => tensor.name === name)!.codes;
}

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { inspect, planCompression, reportSchema } from '../../src/index.js';
import { analyze, compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';
import { saveArrays, saveModel } from './saved-model.js';

const rounding = { model: digits.model, bits: 4, engine: 'embedded' } as const;
const rounded = async (folder: string) => ({
  ...rounding,
  data: await saveFewDigits(100, folder),
  epochs: 0,
  output: join(folder, 'out'),
});

describe('limits', () => {
  before(async () => void (await startEngine('embedded')));

  it('are checked against the file that was written, which is kept whether they are or not', () =>
    withFolder(async (folder) => {
      const { files } = await compress({
        ...(await rounded(folder)),
        maxBytes: '1KB',
        minRatio: 2,
        maxDrop: 100,
        minSqnr: 200,
        check: { minSqnr: 'warn', minRatio: 'off' },
      });
      const { size } = await stat(files[0]!);
      const { checks, metric } = reportSchema.parse(JSON.parse(await readFile(files[1]!, 'utf8')));
      assert.deepEqual(
        checks.map(({ rule, level, passed, limit, value }) => ({ rule, level, passed, limit, value })),
        [
          { rule: 'max-bytes', level: 'error', passed: false, limit: 1000, value: size },
          {
            rule: 'max-drop',
            level: 'error',
            passed: true,
            limit: 100,
            value: 100 * (metric!.before - metric!.after),
          },
          { rule: 'min-sqnr', level: 'warn', passed: false, limit: 200, value: metric!.outputSqnrDb },
        ],
      );
    }));

  it('are held against the bytes of a plan, unless something brings the file to them', async () => {
    const notesOf = async (options: object) =>
      (await planCompression({ ...rounding, epochs: 0, data: digits.train, ...options })).notes;
    const [bytes, ratio] = await notesOf({ maxBytes: '3KB', minRatio: 50 });
    assert.match(bytes!, /^about \d\d,\d{3} bytes, --max-bytes allows 3,000: --bits auto /);
    assert.match(ratio!, /^about [\d.]+ times smaller, --min-ratio asks for 50: --bits auto /);
    for (const options of [
      { maxBytes: '30KB', minRatio: 2 },
      { maxBytes: '3KB', check: { maxBytes: 'off' } },
      { bits: 'auto', maxBytes: '11KB', data: undefined },
    ])
      assert.ok((await notesOf(options)).every((note) => !note.includes('allows')));
  });

  for (const bits of [4, 8] as const)
    it(`of an analysis are what rounding to ${bits} bits would come to`, () =>
      withFolder(async (folder) => {
        const { data, ...rest } = { ...(await rounded(folder)), bits };
        const { report } = await analyze({ ...rounding, bits, data, maxBytes: 1, minRatio: 1.5 });
        assert.deepEqual(
          report.checks.map(({ value, passed }) => [value, passed]),
          [
            [report.totals.bytesAfter, false],
            [report.totals.ratio, true],
          ],
        );
        const { report: packed } = await compress({ ...rest, data });
        assert.equal(report.totals.bytesAfter, packed.totals.bytesAfter);
        assert.deepEqual(packed.checks, []);
      }));

  it('on what a file may unpack to are named where a file of our own is above them', () =>
    withFolder(async (folder) => {
      const size = 2100;
      const equal = tf.initializers.constant({ value: 0.01 });
      const dense = tf.layers.dense({ units: size, inputShape: [size], kernelInitializer: equal });
      const model = await saveModel(tf.sequential({ layers: [dense] }), folder);
      const values = Float32Array.from({ length: 4 * size }, (_, index) => index % 7);
      const { files, report } = await compress({
        ...rounding,
        model,
        data: await saveArrays({ x: { values, shape: [4, size] } }, folder),
        epochs: 0,
        output: join(folder, 'out'),
      });
      assert.match(
        report.notes.join('\n'),
        /unpacks to 17\.6 MB, more than the 16\.8 MB.*--max-unpacked-bytes/,
      );
      assert.ok(report.metric!.outputs[0]!.after > 0.99);
      await assert.rejects(inspect({ model: files[0]! }), { code: 'too-large' });
      const { params } = await inspect({ model: files[0]!, maxUnpackedBytes: '18MB' });
      assert.equal(params, size * size + size);
    }));
});

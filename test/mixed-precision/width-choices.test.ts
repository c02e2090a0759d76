import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { floatWeights, packedModel } from '../../src/compression/file/packing.js';
import { fitGrids, storeTensors } from '../../src/compression/file/rounding.js';
import { listWidths, type WidthRules } from '../../src/mixed-precision/width-choices.js';
import { packModel } from '../../src/pack/index.js';
import type { Bits } from '../../src/quantize/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import type { Samples } from '../../src/session/samples/samples.js';
import { openSession, type Session } from '../../src/session/session.js';
import { optionsOf } from '../options.js';
import { digits } from '../pipeline/digits.js';

let session: Session;
let samples: Samples;
const rules: WidthRules = optionsOf('analyze');
const list = (changes: Partial<WidthRules> = {}) =>
  listWidths(session.liveModel, { ...rules, ...changes }, samples);

before(async () => {
  session = await openSession({ model: digits.model, require: [], engine: 'embedded' }, () => {});
  const options = { data: digits.test, purpose: 'measure', inputRange: { '*': '0..1' }, seed: 0 } as const;
  samples = await openSamples(session, { ...options, synthesis: { worth: 'noise' }, onProgress: () => {} });
});
after(async () => {
  await samples.close();
  session.liveModel.dispose();
});

describe('listWidths', () => {
  const cases: [string, Partial<WidthRules>, Record<string, Bits[]>][] = [
    ['all widths, the first and the last layer too', {}, {}],
    ['those of the quantizer, and ternary', { quantizer: 'power-of-two' }, { '*': [1.58, 2, 3, 4] }],
    ['ternary alone', { quantizer: 'ternary' }, { '*': [1.58] }],
    ['what the user pins', { layer: { stem: { bits: 5 } } }, { 'stem/kernel': [5] }],
  ];
  for (const [what, changes, exceptions] of cases) {
    it(what, async () => {
      const { kernels } = await list(changes);
      assert.equal(kernels.length, 5);
      for (const { kernel, widths } of kernels) {
        const expected = exceptions[kernel.name] ?? exceptions['*'] ?? [1.58, 2, 3, 4, 6, 8];
        assert.deepEqual(
          widths.map(({ bits }) => bits),
          expected,
          kernel.name,
        );
      }
    });
  }

  it('says the bytes of a mixed file, and nearly those of its parts', async () => {
    const { kernels, fixedBytes, planFor, fileBytes } = await list();
    const bits = new Map<string, Bits>(
      kernels.map(({ kernel }, index) => [kernel.name, ([2, 8, 1.58, 3, 6] as const)[index]!]),
    );
    const plan = planFor(bits, (kernel) => `because of ${kernel}`);
    const weights = floatWeights(session.liveModel);
    const stored = storeTensors(weights, plan, fitGrids(weights, plan));
    const file = await packModel(packedModel(session.liveModel, stored, samples));
    assert.equal(await fileBytes(bits), file.bytes.length);
    const parts = kernels.reduce(
      (sum, { kernel, widths }) => sum + widths.find((width) => width.bits === bits.get(kernel.name))!.bytes,
      fixedBytes,
    );
    assert.ok(Math.abs(parts - file.bytes.length) < 50, `${parts} of ${file.bytes.length}`);
    assert.equal(plan.get('stem/kernel')!.reason, 'because of stem/kernel');
    assert.deepEqual(
      [...plan.keys()],
      weights.map(({ name }) => name),
    );
  });
});

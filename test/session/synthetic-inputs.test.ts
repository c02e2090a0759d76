import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syntheticInputs } from '../../src/session/samples/synthetic-inputs.js';

const inputs = [
  { name: 'image:0', shape: [null, 24, 3], dtype: 'float32' as const },
  { name: 'age', shape: [4], dtype: 'float32' as const },
  { name: 'words', shape: [10], dtype: 'int32' as const },
];
const none = { vocabulary: null, rescaling: null };
const uses = [none, none, { vocabulary: 50, rescaling: null }];
const rangesOf = (rules: Record<string, string>) =>
  syntheticInputs({ inputs, uses }, [], rules).map(({ range }) => range);

describe('syntheticInputs', () => {
  it('takes the range that the user gives images for them alone', () => {
    const [image, ...others] = rangesOf({ '*': '0..255' });
    assert.deepEqual(image, { name: '0..255', offset: 127.5, scale: 64 });
    assert.deepEqual(others, [undefined, undefined]);
    assert.deepEqual(rangesOf({ image: '-1..1' })[0], { name: '-1..1', offset: 0, scale: 128 / 255 });
  });

  it('takes the mean over the channels of a normalisation', () => {
    const [image] = rangesOf({ '*': 'imagenet' });
    // (0.5 - 0.449) / 0.226, more or less.
    assert.ok(Math.abs(image!.offset - 0.227) < 0.02, `${image!.offset}`);
    assert.ok(Math.abs(image!.scale - 64 / 255 / 0.226) < 0.02, `${image!.scale}`);
  });

  it('knows no range where nothing says one', () => {
    assert.deepEqual(rangesOf({}), [undefined, undefined, undefined]);
    assert.deepEqual(rangesOf({ '*': 'as-is' }), [undefined, undefined, undefined]);
  });

  it('reads it from a rescaling at the start of the model', () => {
    const rescaling = { scale: [1 / 127.5], offset: [-1] };
    const [image] = syntheticInputs({ inputs, uses: [{ ...none, rescaling }, ...uses.slice(1)] }, []);
    assert.equal(image!.range?.name, '0..255');
  });

  it('takes steps as wide as the softmax for characters, but not a few sensors', () => {
    const oneHot = (width: number, classes: number) => {
      const sequence = { name: 'text', shape: [40, width], dtype: 'float32' as const };
      const heads = [{ decision: 'largest' as const, shape: [classes] }];
      return syntheticInputs({ inputs: [sequence], uses: [none] }, heads)[0]!.isOneHot;
    };
    assert.equal(oneHot(57, 57), true);
    assert.equal(oneHot(57, 10), false);
    assert.equal(oneHot(6, 6), false);
  });

  it('refuses a range for tokens', () => {
    assert.throws(() => rangesOf({ words: '0..1' }), {
      name: 'QgtError',
      message: /tokens would be others when scaled/,
    });
  });
});

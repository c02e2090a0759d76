import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, printableJson } from '../../src/core/index.js';

/** By their numbers in Unicode: controls, line and paragraph separators, the twelve of Bidi_Control, surrogates. */
const isHidden = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code < 0xa0) ||
  [0x61c, 0x200e, 0x200f, 0x2028, 0x2029].includes(code) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0xd800 && code <= 0xdfff);

test('a text keeps every character but those that control, break or turn', () => {
  for (let code = 0; code < 0x11000; code++) {
    const letter = String.fromCodePoint(code);
    assert.equal(printable(letter), isHidden(code) ? '\ufffd' : letter, code.toString(16));
  }
  assert.equal(printable('日本 👩‍👩‍👧 naïve'), '日本 👩‍👩‍👧 naïve');
});

test('JSON holds the same values without such characters and without what CI systems obey', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('###[error]', '##vso[x]', '\n::error::', '\u202e'),
  );
  fc.assert(
    fc.property(fc.dictionary(text, fc.array(text)), (value) => {
      const written = printableJson(value);
      assert.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(value)));
      for (const line of written.slice(0, -1).split('\n')) assert.equal(printable(line), line);
      assert.ok(!/^\s*::|##/m.test(written));
    }),
  );
});

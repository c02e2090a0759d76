import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { alternativesOf, globMatcher, unclosedIn } from '../../src/plan/glob.js';

describe('globMatcher', () => {
  const cases: [glob: string, matched: string[], others: string[]][] = [
    ['conv2d_*', ['conv2d_', 'conv2d_1', 'conv2d_11'], ['conv2d', 'a/conv2d_1', 'conv2d_1/kernel']],
    ['*/kernel', ['conv/kernel', '.hidden/kernel'], ['kernel', 'a/conv/kernel']],
    ['**', ['', 'a', 'a/b/c'], []],
    ['**/kernel', ['kernel', 'a/kernel', 'a/b/kernel'], ['akernel', 'kernel/a']],
    ['a**z', ['az', 'a/b/z'], ['ab']],
    ['conv_?', ['conv_1'], ['conv_', 'conv_/', 'conv_12']],
    ['conv_[1-3x]', ['conv_1', 'conv_3', 'conv_x'], ['conv_4', 'conv_']],
    ['conv_[!1-3]', ['conv_4', 'conv_x'], ['conv_2', 'conv_/']],
    ['[]a]', [']', 'a'], ['b']],
    ['{stem,conv_*}_bn', ['stem_bn', 'conv_1_bn'], ['stem', 'other_bn']],
    ['a{,b}', ['a', 'ab'], ['b']],
    ['\\*', ['*'], ['a', '\\*']],
    ['a{b', ['a{b'], ['ab']],
    ['a{b}', ['a{b}'], ['ab']],
    ['a[b', ['a[b'], ['ab']],
    ['!a', ['!a'], ['b']],
    ['', [''], ['a']],
  ];
  for (const [glob, matched, others] of cases) {
    it(glob || 'nothing', () => {
      const matches = globMatcher(glob);
      for (const name of matched) assert.equal(matches(name), true, name);
      for (const name of others) assert.equal(matches(name), false, name);
    });
  }

  it('agrees with picomatch on what both know', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '*', '?', '[ab]', '[^a]', '{a,b}', '{ab,a*}', '/');
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/'), minLength: 1, maxLength: 8 });
    const globs = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    // Empty folders, and stars beside one another, mean something of their own to picomatch.
    const isPlain = (text: string) => !/\/\/|^\/|\/$|\*\*|\*\{ab,a\*|\*\}\*/.test(text);
    fc.assert(
      fc.property(globs.filter(isPlain), letters.filter(isPlain), (glob, name) => {
        assert.equal(globMatcher(glob)(name), picomatch(glob, { dot: true })(name));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('lists a pattern with each alternative by itself, as picomatch takes them', () => {
    for (const glob of [
      '{stem,nosuch}',
      'a{b,c*}d/{e,f}',
      'x{,_1}',
      '[{,}]{p,q}',
      'plain',
      '\\{a,b}',
      '{a',
    ]) {
      const each = alternativesOf(glob);
      const names = ['stem', 'abd/e', 'acxd/f', 'x', 'x_1', ',p', '{q', 'plain', '{a,b}', '{a', 'nosuch'];
      for (const name of names) {
        const [whole, parts] = [globMatcher(glob)(name), each.some((part) => globMatcher(part)(name))];
        assert.equal(whole, parts, `${glob} ${name}`);
      }
    }
    assert.deepEqual(alternativesOf('a{b,c}d'), ['abd', 'acd']);
    const unclosed = ['{stem,pointwise', '[a-c', 'a{b}[', '{a,b}', '[{]', '\\{a', '{ab}', 'a*'].map(
      unclosedIn,
    );
    assert.deepEqual(unclosed, ['{', '[', '[', null, null, null, null, null]);
  });

  it('takes no longer for many stars', () => {
    const name = 'a'.repeat(2000);
    const before = process.cpuUsage();
    for (const glob of ['*a'.repeat(50), '{a*,*a}'.repeat(50), '**/*'.repeat(50)])
      assert.equal(globMatcher(`${glob}!`)(name), false);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1e6, `${(user + system) / 1e6} s`);
  });

  it('takes no longer for many brackets that nothing closes', () => {
    const before = process.cpuUsage();
    for (const glob of ['a{b,c*'.repeat(10_000), `${'{'.repeat(60_000)}}`, '['.repeat(60_000)])
      assert.equal(globMatcher(glob)('a'), false);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 2e6, `${(user + system) / 1e6} s`);
  });
});

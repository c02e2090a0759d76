import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.js';
import { optionValues } from '../../src/cli/option-values.js';
import { compressCommand } from '../../src/pipeline/command-line.js';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import { layerOptions } from '../../src/plan/index.js';
import { possibleWidths, quantizers, widthsOf } from '../../src/quantize/index.js';

const NO_CONFIG = { file: null, options: {}, renamed: [], passedBy: false };

/** The words that a POSIX shell hands to a program. */
const shellWords = (command: string): string[] =>
  execFileSync('sh', ['-c', `for word in "$@"; do printf '%s\\n' "$word"; done`.replace('"$@"', command)], {
    encoding: 'utf8',
  })
    .trimEnd()
    .split('\n');

/** What `compress` makes of a command that was pasted into a shell. */
async function typed(command: string) {
  const [qgt, ...words] = shellWords(command);
  assert.equal(qgt, 'qgt');
  const { request } = await parseArguments(words);
  assert.ok(request.kind === 'run');
  assert.equal(request.command, 'compress');
  const own = { name: 'compress', operands: { model: 'model.json' } } as const;
  return parseOptions('compress', optionValues(own, request.operands, request.flags, NO_CONFIG));
}

describe('compressCommand', () => {
  it('leaves out what is not set', () => {
    const options = parseOptions('analyze', { model: 'model.json', bits: 2 });
    assert.equal(compressCommand(options, 3, ['--epochs 0']), 'qgt compress model.json --bits 3 --epochs 0');
  });

  it('is taken for every width that a quantizer stands for, with that quantizer where it has the width', async () => {
    for (const { name } of quantizers) {
      const [own] = possibleWidths(name);
      const options = parseOptions('analyze', {
        model: 'm',
        bits: widthsOf(name)[0] ?? own,
        quantizer: name,
      });
      for (const bits of possibleWidths(name)) {
        const followed = await typed(compressCommand(options, bits, []));
        assert.equal(followed.bits, bits);
        if (widthsOf(name).includes(bits)) assert.equal(followed.quantizer, name);
      }
    }
  });

  it('says nothing of data in memory, which has no path', () => {
    const xs = { values: Float32Array.of(0, 1), shape: [2, 1] };
    const options = parseOptions('analyze', { model: 'model.json', bits: 2, data: { xs } });
    assert.equal(compressCommand(options, 2, []), 'qgt compress model.json --bits 2');
  });

  it('says all that decides the result, so that a shell and the command line read the same', async () => {
    const options = parseOptions('analyze', {
      model: "my model's/model.json",
      bits: 2,
      data: 'data/$HOME & co',
      inputRange: ['image=0..255', '0..1'],
      classes: ['a', 'b c'],
      layer: ['conv2d_*=4,clip:0.7', "it's=float"],
      quantizer: 'integer',
      uniform: true,
      seed: 7,
    });
    const { model, data, inputRange, classes, layer, quantizer, uniform, seed } = options;
    const rules = [
      ['dense', { bits: 8 }],
      ['odd{1,2}', { bits: 4 }],
      ['it', { bits: 4 }],
    ] as const;
    const found = await typed(compressCommand(options, 4, [layerOptions(rules), '--epochs 0']));
    assert.deepEqual(
      { ...found, layer: undefined },
      {
        ...parseOptions('compress', { model, data, classes, quantizer, uniform, seed, bits: 4, epochs: 0 }),
        inputRange,
        layer: undefined,
      },
    );
    assert.deepEqual(found.layer, {
      ...layer,
      dense: { bits: 8 },
      '{odd\\{1\\,2\\},it}': { bits: 4 },
    });
  });
});

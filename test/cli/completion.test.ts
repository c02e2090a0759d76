import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { compiled } from '../compiled.js';
import { fakeIo } from './fake-io.js';

/** What qgt answers to a shell: its words, or null where it leaves the word to the shell. */
async function candidates(words: readonly string[]): Promise<string[] | null> {
  const { io, out, err } = fakeIo();
  const code = await runCli(['--complete', ...words], io);
  assert.equal(err(), '');
  const lines = out().split('\n').slice(0, -1);
  return code === 0 ? lines.map((line) => line.split('\t')[0]!) : null;
}

const commands =
  'analyze compress demo diff doctor eval export init inspect report setup sweep worker completion';
const common = '--config --json --quiet --no-color --version --help';

describe('completion', () => {
  const cases: [line: string, expected: string | null][] = [
    ['', commands],
    ['comp', 'compress completion'],
    ['help ', commands],
    ['-', common],
    ['--config ', null],
    ['--config qgt.json insp', 'inspect'],
    ['doctor ', ''],
    ['frobnicate ', ''],
    ['compress ', null],
    ['compress model.json ', null],
    ['compress -- --', null],
    ['compress model.json --eng', '--engine'],
    ['compress model.json --engine ', 'auto native embedded'],
    ['compress --engine=', '--engine=auto --engine=native --engine=embedded'],
    ['compress --engine=n', '--engine=native'],
    ['compress --data ', null],
    ['compress --data=tra', null],
    ['compress -o ', null],
    ['compress --uniform ', null],
    ['compress --seed ', ''],
    ['compress --bist ', null],
    ['compress -b ', '1.58 2 3 4 5 6 7 8 auto'],
    ['analyze --bits ', '1.58 2 3 4 5 6 7 8'],
    ['compress --effort ', 'low medium high max'],
    ['compress --forward ', 'quantized float'],
    ['compress --precision b', 'bfloat16'],
    ['compress --fail-on ', 'watch bottleneck'],
    ['compress --quantizer po', 'power-of-two'],
    ['compress --augment ', 'auto none flip shift cutout'],
    ['compress --augment flip,s', 'flip,shift'],
    ['compress --report json,h', 'json,html'],
    ['analyze --format ', 'text json csv markdown html'],
    ['diff a b --format ', 'text json markdown html'],
    ['export --to ', 'tfjs keras npz c'],
    ['sweep ', null],
    ['sweep model.json --format ', 'text json csv html'],
    ['sweep model.json --quantizer uniform,int', 'uniform,integer'],
    ['sweep run out --i', '--index'],
    ['sweep show out --max-d', '--max-drop'],
    ['inspect -', `--require --max-unpacked-bytes ${common}`],
  ];
  for (const [line, expected] of cases) {
    it(`qgt ${line}`, async () => {
      const found = await candidates(line.split(' '));
      const wanted = expected?.split(' ').filter((word) => word !== '') ?? null;
      assert.deepEqual(found?.toSorted() ?? null, wanted?.toSorted() ?? null);
    });
  }

  it('says what a word means behind a tab, for zsh', async () => {
    const { io, out } = fakeIo();
    await runCli(['--complete', 'export', '--to', 'n'], io);
    assert.match(out(), /^npz\t.*NumPy\n$/);
  });
});

describe('the completion script in bash', { skip: process.platform === 'win32' }, () => {
  const qgt = `'${process.execPath}' '${compiled('test/cli/command-line.ts')}' "$@"`;

  /** COMPREPLY of each command line after the script was sourced, and all else that was printed. */
  function complete(lines: readonly string[], command: string): { replies: string[]; printed: string } {
    const calls = lines.map(
      (line) =>
        `COMP_WORDS=(${line}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _qgt; echo "<\${COMPREPLY[*]}>" >&3`,
    );
    const script = [`qgt() { ${qgt}; }`, 'source <(qgt completion)', `qgt() { ${command}; }`, ...calls];
    const { output } = spawnSync('bash', ['--norc', '-c', script.join('\n')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, out, err, replies] = output;
    return { replies: replies!.split('\n').slice(0, -1), printed: `${out}${err}` };
  }

  it('fills COMPREPLY, and prints nothing', () => {
    const lines = [
      'qgt insp',
      "qgt compress model.json --engine ''",
      // As bash takes `--engine=na` apart.
      'qgt compress model.json --engine = na',
      "qgt compress model.json ''",
      "qgt compress --bist 3 --data ''",
    ];
    assert.deepEqual(complete(lines, qgt), {
      replies: ['<inspect>', '<auto native embedded>', '<native>', '<>', '<>'],
      printed: '',
    });
  });

  it('prints nothing where qgt fails', () => {
    assert.deepEqual(complete(["qgt compress ''"], 'echo broken >&2; return 2'), {
      replies: ['<>'],
      printed: '',
    });
  });
});

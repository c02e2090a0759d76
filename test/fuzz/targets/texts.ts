import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArguments } from '../../../src/cli/arguments.js';
import { commandList, commands } from '../../../src/cli/commands/index.js';
import { candidatesFor } from '../../../src/cli/completion/candidates.js';
import { readConfig } from '../../../src/cli/config.js';
import { optionValues } from '../../../src/cli/option-values.js';
import { loadPipeline, loadSweeps } from '../../../src/cli/pipeline.js';
import type { Random } from '../../../src/core/index.js';
import { readModelClasses } from '../../../src/model/index.js';
import { parseOptions } from '../../../src/pipeline/parse-options.js';
import { globMatcher } from '../../../src/plan/glob.js';
import { checkedReport, hostileReport, sampleReport } from '../../report/sample-report.js';
import { mutateJson } from '../mutate-json.js';
import { mutateText } from '../mutate-text.js';
import { fromSeeds, seededInput } from '../seeded-input.js';
import { pick, type Target } from '../target.js';
import { show } from '../use-model.js';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const jsonOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Reports as `diff` reads them, in every form of its result. */
export const reports: Target = {
  name: 'report',
  share: 3,
  async setUp(folder) {
    const former = await readFile(new URL('../../report/report-v2.json', import.meta.url));
    const wholes = [jsonOf(sampleReport), jsonOf(checkedReport), jsonOf(hostileReport), former];
    const before = join(folder, 'before.json');
    const after = join(folder, 'after.json');
    await writeFile(before, wholes[0]!);
    return {
      make: fromSeeds(wholes, mutateJson),
      async run(input) {
        const { bytes } = seededInput(input);
        await writeFile(after, bytes);
        for (const format of ['text', 'json', 'markdown'] as const)
          await show(
            await commands.diff.run(
              { before, after, format },
              { pipeline: loadPipeline, sweeps: loadSweeps },
              {},
            ),
          );
      },
    };
  },
};

const CONFIGS = [
  { bits: 2, data: './images', layer: { conv: 4, 'a*': { bits: 2, clip: 0.5 } }, require: ['a.mjs'] },
  { bits: 'auto', maxBytes: '10kB', check: { maxDrop: 'warn' }, inputRange: { a: '0..1', '*': 'imagenet' } },
  { commands: { analyze: { bits: 3, bitWidths: [2, 4] }, compress: { augment: 'none', classes: 'a,b' } } },
  { name: 'x', qgt: { classWeights: [1, 2], maxTime: '10m', 'max-time': 3 } },
];

/** Config files, as every command takes them. */
export const configFiles: Target = {
  name: 'config',
  share: 8,
  async setUp(folder) {
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, 'package.json'), '{}');
    return {
      make: fromSeeds(CONFIGS.map(jsonOf), mutateJson),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        const isPackage = seed === CONFIGS.length - 1;
        await writeFile(join(folder, 'qgt.config.json'), isPackage ? '' : bytes);
        await writeFile(join(folder, 'package.json'), isPackage ? bytes : '{}');
        const { name } = commandList[input.length % commandList.length]!;
        const config = await readConfig(name, folder);
        const command = commands[name];
        const values = optionValues(
          command,
          Object.keys(command.operands).map(() => 'm.json'),
          {},
          config,
        );
        parseOptions(name, values as never);
      },
    };
  },
};

const LINES = [
  'compress m.json --bits 2 --layer conv=4,clip:0.5 --data x --eval y --max-drop 1',
  'analyze m.json --bit-widths 2,4 --samples 100 --format json',
  'eval a.qgt --against b.json --data d.npz#test --input-range mean=1,2,3/std=4,5,6',
  'diff a b --format markdown --json',
  '__complete compress --la',
  'export a.qgt --to c -o out --force=true --no-color -- x',
];
const ARGUMENTS = [
  '--',
  ' ',
  '=',
  ',',
  '-',
  '-o',
  '--bits',
  '1e999',
  '__proto__',
  '--no-',
  '.',
  '\0',
  "'",
  '0..1',
  '9'.repeat(40),
  '*',
];

/** Command lines. */
export const commandLines: Target = {
  name: 'arguments',
  share: 5,
  async setUp() {
    return {
      make: (random) => Buffer.from(mutateText(pick(random, LINES), ARGUMENTS, random)),
      async run(input) {
        const words = textOf(input).split(' ');
        if (words[0] === '__complete') candidatesFor(words.slice(1));
        const { request } = await parseArguments(words);
        if (request.kind !== 'run') return;
        const { command, operands, flags } = request;
        const config = { file: null, options: {}, renamed: [], passedBy: false };
        parseOptions(command, optionValues(commands[command], operands, flags, config) as never);
      },
    };
  },
};

const GLOBS = ['conv2d_*', '**/kernel', 'a{b,c*}[!d-f]?', '{stem,conv_*}_bn', '\\*x', '*a*b*c*'];
const MARKS = ['*', '**', '?', '[', ']', '{', '}', ',', '\\', '!', '-', '/', 'a', 'aaaa', '**/'];

/** Patterns of --layer. */
export const globs: Target = {
  name: 'glob',
  share: 10,
  async setUp() {
    const names = ['conv2d_1/kernel', 'a'.repeat(500), 'abc/'.repeat(100), ''];
    return {
      make: (random) => Buffer.from(mutateText(pick(random, GLOBS), MARKS, random)),
      async run(input) {
        const matches = globMatcher(textOf(input));
        for (const name of names) matches(name);
      },
    };
  },
};

const CLASSES = [
  jsonOf({ labels: ['a', 'b', 'c'] }),
  jsonOf({ a: 0, b: 1, c: 2 }),
  jsonOf({ 0: 'a', 1: 'b', 2: 'c' }),
  jsonOf(['a', 'b', 'c']),
];

/** Lists of class names beside a model. */
export const classLists: Target = {
  name: 'classes',
  share: 8,
  async setUp(folder) {
    const text = (random: Random) =>
      Buffer.concat([
        Buffer.of(255),
        Buffer.from(mutateText('0 a\n1 b\n2 c\n', ['\n', ' ', '0', '3', '\t', '\r', ':'], random)),
      ]);
    const json = fromSeeds(CLASSES, mutateJson);
    return {
      make: (random) => (random.next() < 0.3 ? text(random) : json(random)),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        await writeFile(join(folder, 'metadata.json'), seed === 255 ? '' : bytes);
        await writeFile(join(folder, 'labels.txt'), seed === 255 ? bytes : '');
        await readModelClasses(join(folder, 'model.json'), 3);
      },
    };
  },
};

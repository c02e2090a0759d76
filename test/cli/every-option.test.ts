import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { parseArguments, type Request } from '../../src/cli/arguments.js';
import { commandList } from '../../src/cli/commands/index.js';
import { readConfig } from '../../src/cli/config.js';
import { dashed } from '../../src/cli/option-facts.js';
import { optionValues } from '../../src/cli/option-values.js';
import { QgtError } from '../../src/core/index.js';
import { type CommandName, commandSchemas } from '../../src/pipeline/options/commands.js';
import { flagOf, type OptionName } from '../../src/pipeline/options/index.js';

/** Values of an option: as typed, and what the command gets; and values that it refuses, as typed. */
interface Values {
  readonly good: readonly (readonly [typed: string, value: unknown])[];
  readonly bad: readonly string[];
}

const SWITCH: Values = { good: [], bad: [] };

/** Options of which the schema does not tell the whole: those with a spelling of their own, and lists. */
const VALUES: Readonly<Partial<Record<OptionName, Values>>> = {
  data: { good: [['some text', 'some text']], bad: [''] },
  eval: { good: [['some text', 'some text']], bad: [''] },
  classes: { good: [['cat, dog', ['cat', 'dog']]], bad: [''] },
  require: { good: [['a.mjs', ['a.mjs']]], bad: [''] },
  bits: {
    good: [
      ['2', 2],
      ['1.58', 1.58],
    ],
    bad: ['9', '1', '2.5', 'two', ''],
  },
  inputRange: {
    good: [
      ['0..1', { '*': '0..1' }],
      ['image=0..255', { image: '0..255' }],
      ['mean=0,1/std=2', { '*': 'mean=0,1/std=2' }],
      ['a=b=mean=0,1/std=2', { 'a=b': 'mean=0,1/std=2' }],
    ],
    bad: ['some text', 'image', 'image=', '=0..1', 'image=1..0', 'image=bytes', ''],
  },
  metric: {
    good: [
      ['f1', { '*': 'f1' }],
      ['./a=b/m.mjs', { '*': './a=b/m.mjs' }],
      ['mask=iou', { mask: 'iou' }],
      ['mask=./m.mjs', { mask: './m.mjs' }],
    ],
    bad: ['f2', 'mask=', '=f1', 'mask=f2', ''],
  },
  layer: {
    good: [
      ['conv*=4', { 'conv*': { bits: 4 } }],
      ['a=b=float', { 'a=b': { bits: 'float' } }],
      ['a=2,clip:0.7,perTensor', { a: { bits: 2, clip: 0.7, granularity: 'perTensor' } }],
      ['a=4,integer', { a: { bits: 4, quantizer: 'integer' } }],
    ],
    bad: [
      'conv',
      'conv=',
      '=4',
      'conv=9',
      'a=2,clip:2',
      'a=2,clip:',
      'a=2,wide',
      'a=float,clip:1',
      'a=2,',
      '',
    ],
  },
  bitWidths: {
    good: [
      ['2', [2]],
      ['2,4', [2, 4]],
      ['1.58, 8', [1.58, 8]],
    ],
    bad: ['2,x', '9', '2,,4', ''],
  },
  maxBytes: {
    good: [
      ['65536', 65_536],
      ['64KB', 64_000],
      ['1.5KiB', 1536],
    ],
    bad: ['0', '-1', '64 potatoes', ''],
  },
  maxUnpackedBytes: { good: [['4GB', 4_000_000_000]], bad: ['0', '4 parsecs', ''] },
  check: {
    good: [['max-drop=warn,min-ratio=off', { maxDrop: 'warn', minRatio: 'off' }]],
    bad: ['max-drop', 'max-drop=loud', 'no-such=warn', ''],
  },
  entropyPenalty: {
    good: [
      ['0.3', 0.3],
      ['.5', 0.5],
    ],
    bad: ['-1', '101', 'dear', ''],
  },
  classWeights: {
    good: [
      ['auto', 'auto'],
      ['1,2.5', [1, 2.5]],
    ],
    bad: ['1,-2', 'a,b', ''],
  },
  maxTime: {
    good: [
      ['90', 90],
      ['90s', 90],
      ['1.5m', 90],
      ['1h', 3600],
    ],
    bad: ['-1', '0s', '10 minutes', ''],
  },
  try: {
    good: [
      ['60s', 60],
      ['2m', 120],
    ],
    bad: ['-1', '0s', '10 minutes', ''],
  },
  report: {
    good: [
      ['csv', ['csv']],
      ['csv,html', ['csv', 'html']],
    ],
    bad: ['csv,docx', ''],
  },
  reporter: { good: [['github,junit=a.xml', ['github', 'junit=a.xml']]], bad: ['nobody', ''] },
};

/** The same of options that a command takes other values of. */
const OWN_VALUES: Readonly<Record<string, Values>> = {
  'sweep bits': {
    good: [
      ['2', [2]],
      ['1.58, 4', [1.58, 4]],
      ['auto', ['auto']],
    ],
    bad: ['9', '2,x', '2,,4', ''],
  },
  'sweep granularity': { good: [['perTensor,perChannel', ['perTensor', 'perChannel']]], bad: ['wide', ''] },
  'sweep quantizer': { good: [['uniform,integer', ['uniform', 'integer']]], bad: ['uniform,no-such', ''] },
  'sweep effort': { good: [['low,high', ['low', 'high']]], bad: ['none', ''] },
  'sweep epochs': { good: [['0,10', [0, 10]]], bad: ['-1', '1.5', 'x', ''] },
  'sweep learningRate': { good: [['0.001,1', [0.001, 1]]], bad: ['0', '2', 'x', ''] },
  'sweep guidance': { good: [['0,0.1', [0, 0.1]]], bad: ['-1', 'x', ''] },
  'sweep entropyPenalty': { good: [['0,0.3', [0, 0.3]]], bad: ['-1', '101', 'dear', ''] },
  'sweep distill': { good: [['0,1', [0, 1]]], bad: ['2', 'x', ''] },
  'sweep temperature': { good: [['1,4', [1, 4]]], bad: ['0', 'x', ''] },
  'sweep forward': { good: [['float,quantized', ['float', 'quantized']]], bad: ['back', ''] },
  'sweep seed': { good: [['0,1,2', [0, 1, 2]]], bad: ['-1', '1.5', ''] },
  'sweep queue': {
    good: [['redis://localhost:6379', 'redis://localhost:6379']],
    bad: ['localhost:6379', 'http://localhost', 'redis://', ''],
  },
  'sweep run index': { good: [['2', 2]], bad: ['-1', '1.5', '5', 'x', ''] },
  'sweep run of': { good: [['5', 5]], bad: ['0', '1.5', 'x', ''] },
};

/** The parts of a JSON Schema that say which values are plain ones. */
const plainSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** Values of the options that `VALUES` leaves out: a switch, one of some names, any text, or a number within its bounds. */
function plainValues(option: string, schema: z.ZodType): Values {
  const { type, enum: names, ...bounds } = plainSchema.parse(z.toJSONSchema(schema, { io: 'input' }));
  if (type === 'boolean') return SWITCH;
  if (type === 'string') {
    const good = (names ?? ['some text']).map((text) => [text, text] as const);
    return { good, bad: names === undefined ? [''] : ['no-such', ''] };
  }
  assert.ok(type === 'integer' || type === 'number', `say in VALUES what --${flagOf(option)} takes`);
  const step = type === 'integer' ? 1 : 0.25;
  const { exclusiveMinimum: below = -Infinity, minimum = below + step, maximum = Infinity } = bounds;
  const good = [maximum, minimum, 3].find(Number.isFinite)!;
  const outside = [minimum - step, maximum + step].filter(Number.isFinite).map(String);
  return { good: [[String(good), good]], bad: ['x', '', ...(step === 1 ? ['1.5'] : []), ...outside] };
}

/** What a command can't do without. */
const NEEDED: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  export: ['--to', 'npz'],
};

/** Operands that are no paths. */
const OPERANDS: Readonly<Record<string, string>> = { server: 'redis://localhost' };

/** What an option can't do without. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'compress eval': ['--data', 'train.npz'],
  'compress metric': ['--data', 'train.npz'],
  'analyze metric': ['--data', 'train.npz'],
  'analyze report': ['--output', 'out'],
  // `uint8` has a grid of 8 bits alone.
  'compress quantizer': ['--bits', '8'],
  'analyze quantizer': ['--bits', '8'],
  'sweep run index': ['--of', '5'],
  'sweep run of': ['--index', '2'],
};

const NO_CONFIG = { file: null, options: {}, renamed: [], passedBy: false };

type Run = Extract<Request, { kind: 'run' }>;

async function parse(argv: readonly string[]): Promise<Run> {
  const { request } = await parseArguments(argv);
  if (request.kind !== 'run') throw new Error('no run');
  return request;
}

const parsed = new Map<string, Promise<Run>>();

/** The same for a command line that many tests begin with. */
function parseOnce(argv: readonly string[]): Promise<Run> {
  const key = argv.join(' ');
  const run = parsed.get(key) ?? parse(argv);
  parsed.set(key, run);
  return run;
}

/** What a command gets of what was typed, beside the config file of a folder. */
async function resolve({ command, operands, flags }: Run, folder?: string): Promise<Record<string, unknown>> {
  const { name, operands: expected } = commandList.find((entry) => entry.name === command)!;
  const config = folder === undefined ? NO_CONFIG : await readConfig(name, folder);
  const options = optionValues({ name, operands: expected }, operands, flags, config);
  return commandSchemas[name].parse(options);
}

async function withConfig<Result>(config: object, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-options-'));
  try {
    await writeFile(join(folder, 'qgt.config.json'), JSON.stringify(config));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The message names the option, and shows what was given in words. */
const refuses = (option: OptionName, value: string) => (error: unknown) => {
  assert.ok(error instanceof QgtError, `${error}`);
  assert.equal(error.code, 'usage');
  assert.ok(error.message.includes(option) || error.message.includes(flagOf(option)), error.message);
  if (value !== '') assert.doesNotMatch(error.message, /undefined|NaN|\[object/);
  return true;
};

for (const { name: command, operands } of commandList) {
  describe(`every option of ${command}`, () => {
    const start = [
      ...command.split(' '),
      ...Object.keys(operands).map((operand) => OPERANDS[operand] ?? `${operand}.json`),
    ];
    const shape: Readonly<Record<string, z.ZodType>> = commandSchemas[command].shape;
    const own = Object.keys(shape).filter((name): name is OptionName => !(name in operands));
    for (const option of own) {
      const values =
        OWN_VALUES[`${command} ${option}`] ?? VALUES[option] ?? plainValues(option, shape[option]!);
      const { good, bad } = values;
      const needed = BESIDE[`${command} ${option}`] ?? NEEDED[command] ?? [];
      const beside = needed[0] === dashed(flagOf(option)) ? [] : needed;

      it(`--${flagOf(option)} takes what is right, typed and from a config file`, async () => {
        const plain = await parseOnce([...start, ...beside]);
        for (const [index, [typed, value]] of good.entries()) {
          // yargs takes longest, and hands every text on alike.
          const run =
            index === 0
              ? await parse([...start, ...beside, `--${flagOf(option)}`, typed])
              : { ...plain, flags: { ...plain.flags, [option]: typed } };
          assert.deepEqual((await resolve(run))[option], value, typed);
          await withConfig({ [option]: value }, async (folder) =>
            assert.deepEqual((await resolve(plain, folder))[option], value),
          );
        }
        if (values === SWITCH) {
          const run = await parse([...start, ...beside, `--${flagOf(option)}`]);
          assert.equal((await resolve(run))[option], true);
          await withConfig({ [option]: true }, async (folder) =>
            assert.equal((await resolve(plain, folder))[option], true),
          );
        }
      });

      it(`--${flagOf(option)} refuses what is wrong, by its name`, async () => {
        const plain = await parseOnce([...start, ...beside]);
        for (const [index, typed] of bad.entries()) {
          const run =
            index === 0
              ? await parse([...start, ...beside, `--${flagOf(option)}=${typed}`])
              : { ...plain, flags: { ...plain.flags, [option]: typed } };
          await assert.rejects(resolve(run), refuses(option, typed), `--${flagOf(option)}=${typed}`);
        }
        const { [option]: _, ...flags } = plain.flags;
        for (const value of [{ no: 'such' }, [[]], null])
          await withConfig({ [option]: value }, (folder) =>
            assert.rejects(resolve({ ...plain, flags }, folder), refuses(option, ''), JSON.stringify(value)),
          );
      });
    }
  });
}

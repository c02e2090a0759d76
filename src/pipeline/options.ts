import { z } from 'zod';
import { exporters, weightForms } from '../export/index.js';
import { findGoalProblem, type GoalOptions, limitsSize } from '../plan/goal.js';
import { BIT_WIDTHS, type Bits, quantizers, widthFor } from '../quantize/index.js';
import { reportFormats, rules, severities } from '../report/index.js';
// The light files: the index loads TensorFlow, which `qgt --help` has no use for.
import { efforts } from '../train/efforts.js';
import { lossNames } from '../train/loss-names.js';
import { checkLevels, reporterName } from './check-options.js';

/** Where an option stands in the help. */
export type OptionGroup = 'Input' | 'Bits' | 'Limits' | 'Training' | 'Output' | 'Run';

/** One option: the command line, the config file, the help and docs/cli.md all read this. */
export interface OptionEntry {
  readonly describe: string;
  readonly group: OptionGroup;
  /** Letter for a short form. */
  readonly alias?: string;
  /** What stands for the value in the help: `--bits N`. */
  readonly placeholder?: string;
  /** A path: in a config file it is relative to that file. */
  readonly path?: true;
}

const names = <Name extends string>(registry: readonly { readonly name: Name }[]): [Name, ...Name[]] =>
  registry.map(({ name }) => name) as [Name, ...Name[]];

/** A list, or the same as one text with commas. */
const textList = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(z.string().min(1)),
);

/** A price of this is far above what leaves any code but the commonest. */
const MOST_PRICE = 100;

/** `90`, `'90s'`, `'10m'` or `'1h'`, in seconds. */
const duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?(s|m|h)?$/, 'must be a number with s, m or h, such as 90s or 10m')
    .transform((text) => Number.parseFloat(text) * ({ m: 60, h: 3600 }[text.at(-1) ?? ''] ?? 1))
    .refine((seconds) => seconds > 0, 'must be more than 0'),
]);

/** Bytes in a unit of size; a kilobyte is 1000, as everywhere in qgt, a kibibyte 1024. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `65536`, `'64KB'`, `'1.5 MB'` or `'64KiB'`, in bytes. */
const byteCount = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)? ?([KMG]?i?B)?$/i, 'must be a size such as 65536, 64KB (64,000 bytes) or 64KiB')
    .transform((text) => {
      const [, unit = 'b'] = /([a-z]+)$/i.exec(text) ?? [];
      return Math.floor(Number.parseFloat(text) * SIZE_UNITS[unit.toLowerCase()]!);
    })
    .refine((bytes) => bytes > 0, 'must be more than 0'),
]);

const bits = z.literal(BIT_WIDTHS, 'must be 1.58 or 2-8');
const DEFAULT_BITS = 4;

const layerWidth = z.union([bits, z.literal('float')], 'must be 1.58, 2-8 or float');
const layerRule = z.tuple([z.string().min(1), layerWidth]);

/** `conv2d_*=4` at its last `=`. */
const splitRule = (rule: string): [glob: string, width: number | string] => {
  const at = rule.lastIndexOf('=');
  const width = rule.slice(at + 1);
  return [rule.slice(0, Math.max(0, at)), width === 'float' ? width : Number(width)];
};

/** `{ 'conv2d_*': 4 }`, or the same as `['conv2d_*=4']`; later entries win. */
const layerBits = z.union([
  z.record(z.string().min(1), layerWidth),
  z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(
        z
          .string()
          .refine(
            (rule) => layerRule.safeParse(splitRule(rule)).success,
            "must be NAME=BITS with bits 1.58, 2-8 or float, such as 'conv2d_3=4'",
          ),
      ),
    )
    .transform((rules) => Object.fromEntries(rules.map((rule) => layerRule.parse(splitRule(rule))))),
]);

/** `0.3`, `'0.3'` or `'auto'`. */
const price = z.union(
  [
    z.literal('auto'),
    z.number().min(0).max(MOST_PRICE),
    z
      .string()
      .regex(/^(\d+\.?\d*|\.\d+)$/)
      .transform(Number)
      .refine((value) => value <= MOST_PRICE),
  ],
  `must be a price from 0 to ${MOST_PRICE}, or auto`,
);

/** Every option's type and default. */
export const optionSchemas = {
  data: z.string().min(1).optional(),
  eval: z.string().min(1).optional(),
  against: z.string().min(1).optional(),
  inputRange: z.string().min(1).optional(),
  classes: textList.optional(),
  require: textList.default([]),
  bits: z.literal([...BIT_WIDTHS, 'auto'], 'must be 1.58, 2-8 or auto').default(DEFAULT_BITS),
  maxBytes: byteCount.optional(),
  minRatio: z.number().gt(1).optional(),
  maxDrop: z.number().min(0).max(100).optional(),
  minSqnr: z.number('must be a number').optional(),
  failOn: z.enum(severities).optional(),
  check: checkLevels.default({}),
  layer: layerBits.default({}),
  uniform: z.boolean().default(false),
  granularity: z.enum(['perChannel', 'perTensor']).default('perChannel'),
  quantizer: z.enum(names(quantizers)).default('uniform'),
  effort: z.enum(names(efforts)).default('medium'),
  epochs: z.int().min(0).max(10_000).optional(),
  batchSize: z.int().min(1).max(65_536).optional(),
  augment: z.string().min(1).default('auto'),
  learningRate: z.number().positive().max(1).optional(),
  strength: z.number().min(0).default(0.02),
  rate: price.default(0),
  distill: z.number().min(0).max(1).default(0.9),
  temperature: z.number().min(1).max(100).default(4),
  forward: z.enum(['quantized', 'float']).default('quantized'),
  loss: z.enum(lossNames).optional(),
  precision: z.enum(['auto', 'float32', 'bfloat16']).default('auto'),
  maxTime: duration.optional(),
  maxSteps: z.int().min(1).optional(),
  synthesisSamples: z.int().min(8).max(1_000_000).optional(),
  synthesisSteps: z.int().min(0).max(100_000).optional(),
  samples: z.int().min(1).optional(),
  widths: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map(Number) : value),
      z.array(bits).min(1),
    )
    .default([2, 4, 8]),
  output: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  force: z.boolean().default(false),
  report: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',') : value),
      z.array(z.enum(names(reportFormats))),
    )
    .default([]),
  reporter: z
    .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(reporterName))
    .default([]),
  format: z.enum(['text', ...names(reportFormats)]).default('text'),
  to: z.enum(names(exporters)),
  weights: z.enum(weightForms).default('auto'),
  dryRun: z.boolean().default(false),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  engine: z.enum(['auto', 'native', 'embedded']).default('auto'),
};

export type OptionName = keyof typeof optionSchemas;

/** What the help says of each option. */
export const optionEntries: Readonly<Record<OptionName, OptionEntry>> = {
  data: {
    group: 'Input',
    placeholder: 'PATH',
    path: true,
    describe: 'Training data: a folder of images, .npz, .npy, idx or .csv; left out: inputs are synthesised',
  },
  eval: {
    group: 'Input',
    placeholder: 'PATH',
    path: true,
    describe: 'Data to measure on; left out: a tenth of --data is held out',
  },
  against: {
    group: 'Input',
    placeholder: 'MODEL',
    path: true,
    describe: 'A second model to measure on the same data',
  },
  inputRange: {
    group: 'Input',
    placeholder: 'RANGE',
    describe:
      'What the model takes: 0..1, -1..1, 0..255, as-is or mean=A,B,C/std=A,B,C; left out: the best on labelled data',
  },
  classes: {
    group: 'Input',
    placeholder: 'A,B,C',
    describe: "Class names in the order of the model's outputs; left out: sorted",
  },
  require: {
    group: 'Input',
    placeholder: 'FILE',
    path: true,
    describe: 'Module that registers custom layers; repeatable',
  },
  bits: {
    group: 'Bits',
    alias: 'b',
    placeholder: 'N',
    describe: 'Bits per weight, 1.58 (ternary) or 2 to 8; auto: for each layer what the limit below allows',
  },
  maxBytes: {
    group: 'Limits',
    placeholder: 'SIZE',
    describe:
      'Bytes of the file, such as 64KB or 64KiB, or exit code 1; with --bits auto: the most accurate file of that size',
  },
  minRatio: {
    group: 'Limits',
    placeholder: 'X',
    describe: 'How many times smaller, or exit code 1; with --bits auto: the most accurate file that is',
  },
  maxDrop: {
    group: 'Limits',
    placeholder: 'X',
    describe:
      'Points of accuracy lost, or hundredths of R2, or exit code 1; with --bits auto and no size: the smallest file that keeps it',
  },
  minSqnr: {
    group: 'Limits',
    placeholder: 'DB',
    describe: "Signal to noise at the model's outputs, or exit code 1",
  },
  failOn: {
    group: 'Limits',
    placeholder: 'VERDICT',
    describe: 'Exit code 1 where a layer has this verdict, or a worse one',
  },
  check: {
    group: 'Limits',
    placeholder: 'RULE=LEVEL',
    describe: `off, warn or error where a limit is not kept, such as max-drop=warn, for ${names(rules).join(', ')}; repeatable`,
  },
  layer: {
    group: 'Bits',
    placeholder: 'NAME=N',
    describe: "Bits for the layers that match a glob, such as 'conv2d_*=4', or float; repeatable",
  },
  uniform: {
    group: 'Bits',
    describe: 'Give the first and the last layer (8) and depthwise kernels (at least 4) --bits too',
  },
  granularity: { group: 'Bits', placeholder: 'WHAT', describe: 'One scale a channel or one a tensor' },
  quantizer: { group: 'Bits', placeholder: 'NAME', describe: 'Which grid the weights go to' },
  effort: {
    group: 'Training',
    placeholder: 'LEVEL',
    describe: `How long to train: ${efforts.map(({ name, epochs }) => `${name} ${epochs}`).join(', ')} epochs, without data four times as many`,
  },
  epochs: {
    group: 'Training',
    placeholder: 'N',
    describe: 'Passes over the data, in place of --effort; 0: round without fine-tuning',
  },
  batchSize: {
    group: 'Training',
    placeholder: 'N',
    describe: 'Samples a step; left out: chosen from the size of the data',
  },
  augment: {
    group: 'Training',
    placeholder: 'A,B',
    describe:
      'How training images are varied: none, flip, shift, cutout; auto: flip and shift where the float model stays right, or sure without labels',
  },
  learningRate: {
    group: 'Training',
    placeholder: 'X',
    describe:
      'Highest learning rate, falling on a cosine; left out: 0.002 * sqrt(batch size / 128), at most 0.002; without data half of it',
  },
  strength: {
    group: 'Training',
    placeholder: 'X',
    describe: 'Highest pull toward the grid (lambda); it grows on a cosine',
  },
  rate: {
    group: 'Training',
    placeholder: 'X|auto',
    describe:
      'Price of a bit, in units of the mean squared weight: codes that are rare are avoided, and the file is smaller; auto finds the one for --max-bytes or --min-ratio',
  },
  distill: {
    group: 'Training',
    placeholder: 'X',
    describe: "Share of the loss that is the float model's answer, 0 to 1; 1 without labels",
  },
  temperature: {
    group: 'Training',
    placeholder: 'X',
    describe: "How far the float model's answer is softened: above 1, what it nearly said counts too",
  },
  forward: {
    group: 'Training',
    placeholder: 'HOW',
    describe: 'Compute with the weights on the grid, or in float until the end',
  },
  loss: { group: 'Training', placeholder: 'NAME', describe: 'Task loss; left out: from the last activation' },
  precision: {
    group: 'Training',
    placeholder: 'NAME',
    describe:
      'What convolutions compute with; auto takes what a table has for this kind of processor and model',
  },
  maxTime: {
    group: 'Training',
    placeholder: 'TIME',
    describe: 'Stop training after, such as 90s or 10m; left out: no limit',
  },
  maxSteps: {
    group: 'Training',
    placeholder: 'N',
    describe:
      'Training steps at most: what --max-time left of a training, as the report has it, is the same again',
  },
  synthesisSamples: {
    group: 'Input',
    placeholder: 'N',
    describe: 'Inputs to synthesise without data; left out: 80 to 1280, by the size of the model',
  },
  synthesisSteps: {
    group: 'Input',
    placeholder: 'N',
    describe: 'Steps that move each of them; left out: 8 to 60, by the size of the model; 0: noise',
  },
  samples: {
    group: 'Run',
    placeholder: 'N',
    describe: 'Samples to analyze on; left out: 256, fewer where the layers would take over two minutes',
  },
  widths: { group: 'Bits', placeholder: 'N,N', describe: 'Widths at which each layer is tried by itself' },
  output: {
    group: 'Output',
    alias: 'o',
    placeholder: 'FOLDER',
    path: true,
    describe: 'Where to write; left out: named after the model and the width',
  },
  prefix: {
    group: 'Output',
    placeholder: 'FOLDER',
    path: true,
    describe: "Where to make the engine; left out: QGT_NATIVE_PREFIX, else qgt's folder in the user's cache",
  },
  force: { group: 'Output', describe: 'Replace what stands there' },
  report: {
    group: 'Output',
    placeholder: 'FORMAT',
    describe: 'Write the report also in this format; repeatable',
  },
  reporter: {
    group: 'Output',
    placeholder: 'NAME',
    describe:
      'Tell a CI system: github, by itself in GitHub Actions (annotations, job summary); junit, or junit=FILE (junit.xml); repeatable',
  },
  format: {
    group: 'Output',
    placeholder: 'FORMAT',
    describe: 'What to print on stdout: text is the table; html a page; markdown is for a pull request',
  },
  to: { group: 'Output', placeholder: 'FORMAT', describe: 'What to export to' },
  weights: {
    group: 'Output',
    placeholder: 'HOW',
    describe:
      'auto: what suits the target; for tfjs uint8 codes where one scale a tensor allows it, else float32',
  },
  dryRun: { group: 'Run', describe: 'Show the plan and write nothing' },
  seed: {
    group: 'Run',
    placeholder: 'N',
    describe: 'Same seed, same engine, same kind of processor: same bytes, unless --max-time cut in',
  },
  engine: {
    group: 'Run',
    placeholder: 'NAME',
    describe: 'auto takes tfjs-node where it works, else the embedded one',
  },
};

const pickAlone = <Name extends OptionName>(...picked: Name[]) =>
  z.strictObject(
    Object.fromEntries(picked.map((name) => [name, optionSchemas[name]])) as Pick<typeof optionSchemas, Name>,
  );

const pick = <Name extends OptionName>(...picked: Name[]) =>
  z.strictObject(
    Object.fromEntries([
      ['model', z.string().min(1)],
      ...picked.map((name) => [name, optionSchemas[name]]),
    ]) as {
      model: z.ZodString;
    } & Pick<typeof optionSchemas, Name>,
  );

/** A quantizer with widths of its own sets that of `--bits`: `--quantizer ternary` alone is 1.58 bits. */
const withOwnWidth = <Options extends { readonly bits: Bits | 'auto'; readonly quantizer: string }>(
  options: Options,
): Options =>
  options.bits === 'auto' ? options : { ...options, bits: widthFor(options.quantizer, options.bits) };

const refuseGoalProblem = (options: GoalOptions, context: z.RefinementCtx): void => {
  const message = findGoalProblem(options);
  if (message !== null) context.addIssue({ code: 'custom', path: ['bits'], message });
};

/** What a run's result is held against, and how strictly. */
const limitNames = ['maxBytes', 'minRatio', 'maxDrop', 'minSqnr', 'failOn', 'check'] as const;

/** What each command takes besides callbacks; `model` is the path, where it takes one. */
export const commandSchemas = {
  compress: pick(
    'bits',
    ...limitNames,
    'data',
    'eval',
    'inputRange',
    'classes',
    'synthesisSamples',
    'synthesisSteps',
    'require',
    'layer',
    'uniform',
    'granularity',
    'quantizer',
    'effort',
    'epochs',
    'batchSize',
    'augment',
    'learningRate',
    'strength',
    'rate',
    'distill',
    'temperature',
    'forward',
    'loss',
    'precision',
    'maxTime',
    'maxSteps',
    'output',
    'force',
    'report',
    'reporter',
    'format',
    'dryRun',
    'seed',
    'engine',
  )
    .overwrite(withOwnWidth)
    .superRefine(refuseGoalProblem)
    .refine((options) => options.rate !== 'auto' || limitsSize(options), {
      path: ['rate'],
      message: 'must be a price, unless --max-bytes or --min-ratio says what auto is for',
    })
    .refine(({ data, eval: second }) => data !== undefined || second === undefined, {
      path: ['eval'],
      message: 'must be given with --data; a file made without data is scored by `qgt eval`',
    })
    .refine(({ dryRun, format }) => !dryRun || format === 'text', {
      path: ['format'],
      message: 'must be left out with --dry-run; --json prints the plan as JSON',
    }),
  analyze: pick(
    'bits',
    ...limitNames,
    'data',
    'inputRange',
    'classes',
    'synthesisSamples',
    'synthesisSteps',
    'require',
    'layer',
    'uniform',
    'granularity',
    'quantizer',
    'widths',
    'samples',
    'batchSize',
    'output',
    'force',
    'report',
    'reporter',
    'format',
    'seed',
    'engine',
  )
    .extend({ bits: bits.default(DEFAULT_BITS) })
    .overwrite(withOwnWidth),
  eval: pick('data', 'against', 'inputRange', 'classes', 'require', 'batchSize', 'engine'),
  diff: z.strictObject({
    before: z.string().min(1),
    after: z.string().min(1),
    format: z.enum(['text', 'json', 'markdown']).default('text'),
  }),
  inspect: pick('require'),
  export: pick('to', 'output', 'force', 'weights'),
  setup: pickAlone('prefix', 'force'),
  doctor: z.strictObject({}),
};

export type CommandName = keyof typeof commandSchemas;
export type CompressOptions = z.input<typeof commandSchemas.compress>;
export type AnalyzeOptions = z.input<typeof commandSchemas.analyze>;
export type EvaluateOptions = z.input<typeof commandSchemas.eval>;
export type DiffOptions = z.input<typeof commandSchemas.diff>;
export type InspectOptions = z.input<typeof commandSchemas.inspect>;
export type ExportOptions = z.input<typeof commandSchemas.export>;
export type SetUpEngineOptions = z.input<typeof commandSchemas.setup>;
export type DoctorOptions = z.input<typeof commandSchemas.doctor>;

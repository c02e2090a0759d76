import { z } from 'zod';
import { aimsAtSize, findGoalProblem, type GoalOptions, limitsSize } from '../../plan/goal.js';
import { type Bits, defaultQuantizer, widthFor, widthsOf } from '../../quantize/index.js';
import { differenceFormats, sweepFormats } from '../../report/index.js';
import { declarations, type OptionName } from './index.js';
import { serverUrl } from './sweep.js';
import { bits, DEFAULT_BITS, names, several } from './values.js';

type Schemas<Name extends OptionName> = { [Key in Name]: (typeof declarations)[Key]['schema'] };

const schemasOf = <Name extends OptionName>(picked: readonly Name[]) =>
  Object.fromEntries(picked.map((name) => [name, declarations[name].schema])) as Schemas<Name>;

/** The options of a command without operands. */
const pickAlone = <Name extends OptionName>(...picked: Name[]) => z.strictObject(schemasOf(picked));

/** The options of a command on a model. */
const pick = <Name extends OptionName>(...picked: Name[]) =>
  z.strictObject({ model: z.string().min(1), ...schemasOf(picked) });

/**
 * Names a quantizer where the user names none; one with widths of its own sets that of `--bits`: `--quantizer ternary`
 * alone is 1.58 bits.
 */
const withQuantizer = <
  Options extends { readonly bits: Bits | 'auto'; readonly quantizer?: string | undefined },
>(
  options: Options,
): Options => {
  const { bits, quantizer = defaultQuantizer(bits) } = options;
  return { ...options, quantizer, bits: bits === 'auto' ? bits : widthFor(quantizer, bits) };
};

/** Refuses a quantizer that has no grid of `--bits` or fewer: another would take its place. */
const refuseWiderQuantizer = (
  { bits, quantizer }: { readonly bits: Bits | 'auto'; readonly quantizer?: string | undefined },
  context: z.RefinementCtx,
): void => {
  if (quantizer === undefined || bits === 'auto' || bits < 2) return;
  const least = widthsOf(quantizer)[0]!;
  if (least <= bits) return;
  const message = `must be ${least} or more with --quantizer ${quantizer}`;
  context.addIssue({ code: 'custom', path: ['bits'], message });
};

const refuseGoalProblem = (options: GoalOptions, context: z.RefinementCtx): void => {
  const message = findGoalProblem(options);
  if (message !== null) context.addIssue({ code: 'custom', path: ['bits'], message });
};

/** The same of `init`, which has one such option. */
const refuseGoallessAuto = (options: GoalOptions, context: z.RefinementCtx): void => {
  const message = findGoalProblem(options, ['--max-drop']);
  if (message !== null) context.addIssue({ code: 'custom', path: ['bits'], message });
};

const refuseSynthesisBesideData = (
  options: {
    readonly data?: unknown;
    readonly synthesisSamples?: number | undefined;
    readonly synthesisSteps?: number | undefined;
  },
  context: z.RefinementCtx,
): void => {
  for (const name of ['synthesisSamples', 'synthesisSteps'] as const)
    if (options.data !== undefined && options[name] !== undefined) {
      const message = 'must be left out with --data: inputs are synthesised where there is none';
      context.addIssue({ code: 'custom', path: [name], message });
    }
};

const refuseMetricWithoutData = (
  { data, metric }: { readonly data?: unknown; readonly metric: Readonly<Record<string, string>> },
  context: z.RefinementCtx,
): void => {
  if (data !== undefined || Object.keys(metric).length === 0) return;
  const message = 'must be given with --data, whose labels it is measured by';
  context.addIssue({ code: 'custom', path: ['metric'], message });
};

/** Limits on a run's result, and how strictly they are checked. */
const limitNames = ['maxBytes', 'minRatio', 'maxDrop', 'minSqnr', 'failOn', 'check'] as const;

/** Options for a model's inputs. */
export const inputNames = [
  'inputRange',
  'classes',
  'labelColumn',
  'metric',
  'maxPixels',
  'synthesisSamples',
  'synthesisSteps',
  'require',
] as const;
/** Options for the grids of the weights, besides `--bits`. */
const gridNames = ['layer', 'uniform', 'granularity', 'quantizer'] as const;
/** Options of a training. */
export const trainingNames = [
  'effort',
  'epochs',
  'batchSize',
  'augment',
  'learningRate',
  'guidance',
  'entropyPenalty',
  'distill',
  'temperature',
  'forward',
  'roundingSteps',
  'loss',
  'classWeights',
  'precision',
  'maxTime',
  'maxSteps',
] as const;
/** Options of which a sweep takes several values: each is a trial, with each of the others'. */
export const sweptNames = [
  'bits',
  'granularity',
  'quantizer',
  'effort',
  'epochs',
  'learningRate',
  'guidance',
  'entropyPenalty',
  'distill',
  'temperature',
  'forward',
  'seed',
] as const;
/** Limits on the file that a sweep recommends. */
const sweepLimitNames = ['maxBytes', 'minRatio', 'maxDrop'] as const;

/** Values of the options that are swept, each a list. */
const sweptShape = {
  bits: several(declarations.bits.schema.unwrap()).optional(),
  granularity: several(declarations.granularity.schema.unwrap()).optional(),
  quantizer: several(declarations.quantizer.schema.unwrap()).optional(),
  effort: several(declarations.effort.schema.unwrap()).optional(),
  epochs: several(declarations.epochs.schema.unwrap()).optional(),
  learningRate: several(declarations.learningRate.schema.unwrap()).optional(),
  guidance: several(declarations.guidance.schema.unwrap()).optional(),
  entropyPenalty: several(declarations.entropyPenalty.schema.unwrap()).optional(),
  distill: several(declarations.distill.schema.unwrap()).optional(),
  temperature: several(declarations.temperature.schema.unwrap()).optional(),
  forward: several(declarations.forward.schema.unwrap()).optional(),
  seed: several(declarations.seed.schema.unwrap()).optional(),
} satisfies Record<(typeof sweptNames)[number], z.ZodType>;

const sweepFormat = z.enum(['text', ...names(sweepFormats)]).default('text');

/** A folder of a sweep, and some options. */
const pickOfSweep = <Name extends OptionName>(...picked: Name[]) =>
  z.strictObject({ folder: z.string().min(1), ...schemasOf(picked) }).extend({ format: sweepFormat });

/** Options for the output of a report. */
const reportNames = ['output', 'force', 'report', 'reporter', 'format'] as const;

/** Options of each command, without callbacks; `model` is the path, where it takes one. */
export const commandSchemas = {
  compress: pick(
    'bits',
    ...limitNames,
    'data',
    'eval',
    ...inputNames,
    ...gridNames,
    ...trainingNames,
    'try',
    ...reportNames,
    'dryRun',
    'resume',
    'seed',
    'engine',
  )
    .overwrite(withQuantizer)
    .superRefine(refuseWiderQuantizer)
    .superRefine(refuseGoalProblem)
    .superRefine(refuseSynthesisBesideData)
    .superRefine(refuseMetricWithoutData)
    .refine((options) => options.entropyPenalty !== 'auto' || limitsSize(options), {
      path: ['entropyPenalty'],
      message: 'must be a number, unless --max-bytes or --min-ratio says what auto is for',
    })
    .refine(
      ({ entropyPenalty, ...rest }) => entropyPenalty === 'auto' || entropyPenalty === 0 || !aimsAtSize(rest),
      {
        path: ['entropyPenalty'],
        message: 'must be left out, or auto, where --bits auto brings the file to a size by it',
      },
    )
    .refine(({ data, eval: second }) => data !== undefined || second === undefined, {
      path: ['eval'],
      message: 'must be given with --data; a file made without data is scored by `qgt eval`',
    })
    .refine(({ dryRun, resume }) => !dryRun || !resume, {
      path: ['resume'],
      message: 'must be left out with --dry-run, which plans a run from its beginning',
    })
    .refine(({ dryRun, format }) => !dryRun || format === 'text', {
      path: ['format'],
      message: 'must be left out with --dry-run; --json prints the plan as JSON',
    }),
  analyze: pick(
    'bits',
    ...limitNames,
    'data',
    ...inputNames,
    ...gridNames,
    'bitWidths',
    'samples',
    'try',
    ...reportNames,
    'seed',
    'engine',
  )
    .extend({ bits: bits.default(DEFAULT_BITS) })
    .overwrite(withQuantizer)
    .superRefine(refuseWiderQuantizer)
    .superRefine(refuseSynthesisBesideData)
    .superRefine(refuseMetricWithoutData)
    .refine(({ output, report }) => output !== undefined || report.length === 0, {
      path: ['report'],
      message: 'must be given with --output; --format prints the report in place of the table',
    }),
  eval: pick(
    'data',
    'against',
    'inputRange',
    'classes',
    'labelColumn',
    'metric',
    'maxPixels',
    'require',
    'maxUnpackedBytes',
    'batchSize',
    'engine',
  ),
  diff: z.strictObject({
    before: z.string().min(1),
    after: z.string().min(1),
    format: z.enum(['text', ...names(differenceFormats)]).default('text'),
    maxUnpackedBytes: declarations.maxUnpackedBytes.schema,
  }),
  report: z.strictObject({ run: z.string().min(1), format: declarations.format.schema }),
  inspect: pick('require', 'maxUnpackedBytes'),
  export: pick('to', 'output', 'force', 'weights', 'maxUnpackedBytes'),
  setup: pickAlone('prefix', 'force'),
  doctor: z.strictObject({}),
  demo: pickAlone('output', 'force', 'engine'),
  init: pickAlone('bits', 'data', 'maxDrop', 'force').superRefine(refuseGoallessAuto),
  sweep: pick(
    ...sweepLimitNames,
    'data',
    'eval',
    ...inputNames,
    ...gridNames,
    ...trainingNames,
    'seed',
    'engine',
    'output',
    'format',
    'jobs',
    'rungs',
    'prepare',
    'queue',
    'retry',
  )
    .extend({ ...sweptShape, format: sweepFormat })
    .refine(({ prepare, queue }) => !prepare || queue === undefined, {
      path: ['queue'],
      message: 'must be left out with --prepare, which runs nothing',
    }),
  'sweep run': pickOfSweep('jobs', 'retry', 'index', 'of').refine(
    ({ index, of }) => (index === undefined ? of === undefined : of !== undefined && index < of),
    { path: ['index'], message: 'must be given with --of, and less than it' },
  ),
  'sweep show': pickOfSweep(...sweepLimitNames),
  worker: z.strictObject({ ...schemasOf(['jobs', 'cache', 'fetch']), server: serverUrl }),
};

export type CommandName = keyof typeof commandSchemas;
export type CompressOptions = z.input<typeof commandSchemas.compress>;
export type AnalyzeOptions = z.input<typeof commandSchemas.analyze>;
export type EvaluateOptions = z.input<typeof commandSchemas.eval>;
export type DiffOptions = z.input<typeof commandSchemas.diff>;
export type ReportOptions = z.input<typeof commandSchemas.report>;
export type InspectOptions = z.input<typeof commandSchemas.inspect>;
export type ExportOptions = z.input<typeof commandSchemas.export>;
export type SetUpEngineOptions = z.input<typeof commandSchemas.setup>;
export type SweepOptions = z.input<typeof commandSchemas.sweep>;
export type RunSweepOptions = z.input<(typeof commandSchemas)['sweep run']>;
export type ShowSweepOptions = z.input<(typeof commandSchemas)['sweep show']>;
export type RunWorkerOptions = z.input<typeof commandSchemas.worker>;
export type DemoOptions = z.input<typeof commandSchemas.demo>;
export type InitOptions = z.input<typeof commandSchemas.init>;
export type DoctorOptions = z.input<typeof commandSchemas.doctor>;

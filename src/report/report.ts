import { z } from 'zod';
import { adviceSchema } from './advice-report.js';
import { causeSchema } from './cause-report.js';
import { fileParts } from './file-parts.js';
import { decibel, layerSchema, sensitivitySchema } from './layer-report.js';
import { metricScaleSchema } from './metric-scale.js';
import { severities } from './severity.js';

/** Version of the report's own format; it grows when a key changes its meaning or goes. */
export const REPORT_VERSION = 3;

const epochSchema = z.object({
  epoch: z.int(),
  loss: z.number(),
  guidance: z.number().describe('Strength of the pull toward the grid (lambda) at the end of the epoch'),
  learningRate: z.number(),
  metric: z.number().nullable().describe('On the held-out part; null where there is none'),
  residuals: z.record(z.string(), z.number()).describe('|w - Q(w)|^2 / |w|^2 per layer'),
  flips: z
    .record(z.string(), z.number())
    .describe('Share of the codes per layer that changed since the epoch before'),
  entropyPenalty: z
    .number()
    .describe(
      "Squared error that is accepted to save one bit, in units of a channel's mean square; 0: no penalty",
    ),
});

const metricName = z
  .string()
  .describe(
    "accuracy, r2 (the mean over the columns of an output), agreement (the share of decisions that equal the float model's), or the metric of --metric",
  );
const metricScale = metricScaleSchema
  .nullable()
  .default(null)
  .describe('Of the metric of --metric; null: more is better, and a point is 0.01');

const answersSchema = z.object({
  given: z.int().describe('How many of the classes were an answer'),
  commonest: z.number().describe('Share of the answers that the commonest class has'),
  saturated: z.number().describe('Share of the answers with a probability of at least 0.999'),
});

const metricSchema = z.object({
  name: metricName,
  against: z.enum(['labels', 'float model']).describe('Reference that the outputs are compared with'),
  output: z
    .string()
    .nullable()
    .describe(
      'The output with the largest loss, which these figures describe; null: there is only one output',
    ),
  scale: metricScale,
  before: z.number().describe('The float model; accuracy and agreement as a share of 1'),
  after: z.number().describe('The packed file, read back'),
  drop: z.number().describe('How much worse `after` is than `before`, in points (see `scale`)'),
  samples: z.int(),
  on: z.string().describe('Samples that it was measured on'),
  outputSqnrDb: decibel.describe(
    "The model's outputs, float against packed, about the mean of each column; logits in place of probabilities",
  ),
  loss: z
    .object({ before: z.number(), after: z.number() })
    .nullable()

    .describe(
      'Task loss against the labels, summed over the outputs: nats, or squared error as a share of the variance; null without labels',
    ),
  outputs: z
    .array(
      z.object({
        output: z.string(),
        metric: metricName,
        scale: metricScale,
        before: z.number(),
        after: z.number(),
        drop: z.number().describe('In points'),
        dropMargin: z
          .number()
          .nullable()
          .default(null)
          .describe(
            'How far `drop` may be from that on other samples of the same kind, in points: half of its 95 % interval, by how often only one of the two models was right; null where that is not known',
          ),
        sqnrDb: decibel.describe(
          "Signal to noise of this output, float against packed: of logits in place of probabilities, about each column's mean",
        ),
        answers: z
          .object({
            classes: z.int().describe('Classes to decide between'),
            float: answersSchema.describe('Answers of the float model'),
            packed: answersSchema.describe('Answers of the packed file'),
          })
          .nullable()
          .describe('The classes that are decided for; null where an output does not name one class a row'),
        spread: z
          .number()
          .nullable()
          .describe(
            "Standard deviation of the float model's values over their root mean square; null for decisions",
          ),
      }),
    )
    .describe('Every output of the model'),
  classes: z
    .array(
      z.object({
        name: z.string(),
        samples: z.int(),
        before: z
          .number()
          .nullable()
          .describe('Accuracy on the samples of this class; null where there is none'),
        after: z.number().nullable(),
      }),
    )
    .nullable()
    .describe('Accuracy class by class; null without class labels'),
});

const bitsByKernel = z.record(z.string(), z.number()).describe('Bits of every kernel, by its name');
const predictedCost = z
  .number()
  .describe("Predicted cost of rounding: divergence from the float model's answers, in nats per sample");

const allocationSchema = z.object({
  goal: z.object({
    option: z.enum(['max-bytes', 'min-ratio', 'max-drop']),
    limit: z.number().describe('Bytes, or points (hundredths) for max-drop'),
    value: z.number().describe('Result: bytes, or points lost on the samples held out for choices'),
    met: z.boolean(),
  }),
  chosen: z.object({
    bits: bitsByKernel,
    predictedCost,
    gap: z
      .number()
      .describe(
        'Upper bound on what a better choice could save: predicted cost, or bytes for max-drop; 0: none is better',
      ),
  }),
  costs: z
    .record(z.string(), z.array(z.object({ bits: z.number(), bytes: z.int(), predictedCost: z.number() })))
    .describe('Cost of every kernel at every width, with no other kernel rounded'),
  front: z
    .array(z.object({ bits: bitsByKernel, bytes: z.int(), ratio: z.number(), predictedCost }))
    .describe(
      'Choices that no mixture of two others beats, the smallest file first; bytes are exact to a few dozen',
    ),
  candidates: z
    .array(
      z.object({
        kind: z.enum(['short', 'full', 'control']),
        bits: bitsByKernel,
        epochs: z.number(),
        bytes: z.int(),
        ratio: z.number(),
        predictedCost,
        value: z.number().describe('The metric on the samples held out for choices'),
        drop: z.number().describe('In points (hundredths), from `reference`'),
      }),
    )
    .describe(
      'Choices that were trained and measured; short: a short training to see how the layers react; control: for comparison, the weights of the candidate before trained further at the largest widths',
    ),
  reference: z
    .number()
    .describe(
      'Metric that drops are counted from, on the samples held out for choices: the float model, or a control where that is lower',
    ),
});

const checkSchema = z.object({
  rule: z.string().describe('The option that sets the limit, such as `max-bytes`'),
  level: z.enum(['warn', 'error']).describe('Consequence of a limit that is not kept; error: exit code 1'),
  limit: z.union([z.number(), z.enum(severities)]).describe('The limit as given; sizes in bytes'),
  value: z
    .number()
    .nullable()
    .describe(
      "The figure in the limit's unit, for fail-on the number of layers; null: not measured, or no noise for min-sqnr",
    ),
  passed: z.boolean(),
  text: z.string().describe('The figure beside the limit'),
});

const contentSchema = z.object({
  part: z
    .enum(fileParts)
    .describe(
      'kernels: what was quantized, as it was read and as codes; scales: of these codes, with levels and offsets; other: tensors that are neither, such as those of BatchNorm; topology: layers, names and shapes; container: what of a .keras or .h5 is none of these, and bytes behind the weights',
    ),
  bytesBefore: z.int().describe('In model.json and its shards'),
  bytesAfter: z.int().describe('In the packed file'),
});

const nodeSchema = z.object({
  name: z.string().describe('Name of the layer or operation'),
  kind: z.string().describe('Its class'),
  inputs: z.array(z.int()).describe('Indices in `graph` of the nodes that it reads, from 0'),
  weights: z.array(z.string()).describe('Names in `layers` of the weights that it reads'),
});

const warningSchema = z.object({
  code: z
    .enum([
      'unlike-labels',
      'one-class',
      'missing-classes',
      'saturated',
      'noisy-outputs',
      'few-samples',
      'synthesis-stalled',
    ])
    .describe(
      'unlike-labels: the float model does not give these labels to these inputs; one-class: nearly all answers are one class; missing-classes: most classes are no answer; saturated: nearly all answers are certain; noisy-outputs: logits or values differ so much that agreement tells little of other inputs; few-samples: too few inputs were measured; synthesis-stalled: synthesis brought inputs no nearer to its aim',
    ),
  text: z.string(),
});

/** Zod schema of a report, as plain data: `reportSchema.parse(JSON.parse(text))`. */
export const reportSchema = z.object({
  $schema: z.string().optional(),
  version: z.literal(REPORT_VERSION),
  command: z.enum(['compress', 'analyze']),
  tool: z.object({ name: z.literal('qgt'), version: z.string() }),
  model: z.object({
    name: z
      .string()
      .default('')
      .describe('Name to show: its folder or file; empty in a report of an earlier qgt'),
    source: z.string(),
    kind: z.enum(['layers', 'graph']),
    writtenBy: z.string(),
  }),
  output: z.string().nullable().describe('The packed file; null where none was written'),
  engine: z.object({ name: z.enum(['native', 'embedded']), backend: z.string(), version: z.string() }),
  seed: z.int(),
  options: z.record(z.string(), z.unknown()).describe('Every option as it was used, defaults included'),
  data: z.object({
    source: z.string().describe('The path, or `synthesised`'),
    trainSamples: z.int(),
    evalSamples: z.int(),
    skippedFiles: z.int(),
    inputRanges: z
      .array(
        z.object({
          input: z.string().describe('Name of the input; empty in a report that was version 2'),
          range: z.string().describe('As --input-range takes it'),
        }),
      )
      .nullable()
      .describe('The range of each input; null where inputs were synthesised without --input-range'),
    classes: z.array(z.string()).nullable(),
    synthesis: z
      .object({
        samples: z
          .int()
          .describe(
            'Number of inputs; --synthesis-samples and --synthesis-steps with these values repeat them',
          ),
        steps: z.int(),
        shortened: z.boolean().describe('Whether --max-time made them fewer'),
      })
      .nullable()
      .describe('How inputs were made where there was no data; else null'),
  }),
  training: z
    .object({
      forward: z.enum(['quantized', 'float']),
      loss: z.string(),
      epochs: z.int(),
      epochsDone: z.number().describe('With a fraction where the time ran out within an epoch'),
      precision: z.enum(['float32', 'bfloat16']).describe('Precision of the convolutions'),
      maxSteps: z
        .int()
        .nullable()
        .describe(
          'Value of --max-steps that repeats a training that --max-time shortened; null: it did not shorten it, or it ended one midway',
        ),
      roundingSteps: z
        .int()
        .default(0)
        .describe(
          'Steps in which each block learned its rounding before the training, which --rounding-steps with this value repeats; 0: it was not learned',
        ),
      trace: z.array(epochSchema),
    })
    .nullable()
    .describe('null: the weights were put on the grid without fine-tuning'),
  allocation: allocationSchema.nullable().describe('How the widths were chosen; null where they were given'),
  metric: metricSchema.nullable(),
  sensitivity: sensitivitySchema
    .nullable()
    .describe('Figures of the whole model to compare the sensitivity of the layers with; null: not measured'),
  advice: z
    .array(adviceSchema)
    .default([])
    .describe('What to do next, the first thing first: about the whole model, then about layers'),
  causes: z
    .array(causeSchema)
    .default([])
    .describe(
      'Why a trained model lost what it lost; empty where it lost less than a point, or was not trained',
    ),
  totals: z.object({
    bytesBefore: z.int().describe('model.json and its shards'),
    bytesAfter: z.int().describe('The packed file'),
    ratio: z.number(),
    durationMs: z
      .number()
      .describe('From the start, that of the process for the command line, synthesis included'),
  }),
  contents: z
    .array(contentSchema)
    .default([])
    .describe('What the bytes are: the sums are those of `totals`; empty in a report of an earlier qgt'),
  checks: z.array(checkSchema).describe('The limits that the run was held to'),
  layers: z.array(layerSchema),
  graph: z
    .array(nodeSchema)
    .describe(
      'The model as it runs: its inputs and each call of a layer, or the operations of a graph model',
    ),
  warnings: z
    .array(warningSchema)
    .describe('Reasons to distrust the metric, where it was measured without labels'),
  notes: z.array(z.string()).describe('Notes for the reader: choices made, and what was left out and why'),
});

/** Report of a compression or an analysis: what stands in report.json. */
export type Report = z.infer<typeof reportSchema>;
export type ModelNode = Report['graph'][number];
export type AllocationReport = z.infer<typeof allocationSchema>;
export type CheckReport = z.infer<typeof checkSchema>;
export type WarningReport = z.infer<typeof warningSchema>;
export type MetricReport = z.infer<typeof metricSchema>;

import { z } from 'zod';

/** Version of the report's own format; it grows when a key changes its meaning or goes. */
export const REPORT_VERSION = 1;

const decibel = z
  .number()
  .nullable()
  .describe('Signal to quantization noise in dB; null where there is no noise (kept as it was) or no signal');

const layerSchema = z.object({
  name: z.string().describe("The weight's name, `layer/kernel`"),
  kind: z
    .string()
    .describe('Class of the layer or operation that reads it: Conv2D, Dense, DepthwiseConv2D, ...'),
  shape: z.array(z.int()),
  bits: z.number().describe('Code width; 1.58 for three levels, 32 for what stayed in float'),
  quantizer: z.string().nullable().describe('What chose its grid; null for what stayed in float'),
  params: z.int(),
  floatBytes: z.int().describe('Bytes as float32'),
  packedBytes: z.int().describe('Bytes in the packed file, scales and levels included'),
  bitsPerWeight: z.number().describe('packedBytes * 8 / params'),
  sqnrDb: decibel.describe('Weights: what they were in the model that came in, against the packed ones'),
  outputSqnrDb: decibel.describe("Outputs: this layer's own error, given the float model's inputs to it"),
  residual: z
    .number()
    .nullable()
    .describe(
      '|w - Q(w)|^2 / |w|^2 at the end of training, before the weights were put on the grid; null: not trained',
    ),
  reason: z.string().describe('Why it has these bits'),
  bottleneck: z
    .object({ reason: z.string(), remedy: z.string() })
    .nullable()
    .describe('Set where this layer holds the compression back'),
});

const epochSchema = z.object({
  epoch: z.int(),
  loss: z.number(),
  strength: z.number().describe('lambda at the end of the epoch'),
  learningRate: z.number(),
  metric: z.number().nullable().describe('On the held-out part; null where there is none'),
  residuals: z.record(z.string(), z.number()).describe('|w - Q(w)|^2 / |w|^2 per layer'),
});

const metricSchema = z.object({
  name: z.enum(['accuracy', 'r2', 'agreement']),
  before: z.number().describe('The float model; accuracy and agreement as a share of 1'),
  after: z.number().describe('The packed file, read back'),
  drop: z.number().describe('before - after; in points (hundredths) for accuracy and agreement'),
  samples: z.int(),
  on: z.string().describe('What it was measured on'),
  outputSqnrDb: decibel.describe("The model's outputs, float against packed"),
});

/** What a compression or an analysis has to say, as plain data. */
export const reportSchema = z.object({
  $schema: z.string().optional(),
  version: z.literal(REPORT_VERSION),
  command: z.enum(['compress', 'analyze']),
  tool: z.object({ name: z.literal('qgt'), version: z.string() }),
  model: z.object({ source: z.string(), kind: z.enum(['layers', 'graph']), writtenBy: z.string() }),
  output: z.string().nullable().describe('The packed file; null where none was written'),
  engine: z.object({ name: z.enum(['native', 'embedded']), backend: z.string(), version: z.string() }),
  seed: z.int(),
  options: z.record(z.string(), z.unknown()).describe('Every option as it was used, defaults included'),
  data: z.object({
    source: z.string().describe('The path, or `synthesised`'),
    trainSamples: z.int(),
    evalSamples: z.int(),
    skippedFiles: z.int(),
    inputRange: z.string().nullable(),
    classes: z.array(z.string()).nullable(),
  }),
  training: z
    .object({
      forward: z.enum(['quantized', 'float']),
      loss: z.string(),
      epochs: z.int(),
      epochsDone: z.int(),
      trace: z.array(epochSchema),
    })
    .nullable()
    .describe('null: the weights were put on the grid without fine-tuning'),
  metric: metricSchema.nullable(),
  totals: z.object({
    bytesBefore: z.int().describe('model.json and its shards'),
    bytesAfter: z.int().describe('The packed file'),
    ratio: z.number(),
    durationMs: z.number(),
  }),
  layers: z.array(layerSchema),
  notes: z.array(z.string()).describe('What a reader must know: choices made, what was left out and why'),
});

export type Report = z.infer<typeof reportSchema>;
export type LayerReport = Report['layers'][number];
export type MetricReport = z.infer<typeof metricSchema>;

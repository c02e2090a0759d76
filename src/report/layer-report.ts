import { z } from 'zod';

export const decibel = z
  .number()
  .nullable()
  .describe('Signal to quantization noise in dB; null where there is no noise (kept as it was) or no signal');

const share = z.number().describe('Share, 0 to 1');

const weightErrorSchema = z.object({
  normalizedError: z.number().describe("sum (w - w')^2 / sum w^2; 0 for a tensor of zeros"),
  worstErrorSteps: z
    .number()
    .describe("The largest |w - w'| in steps of its grid: rounding gives at most 0.5, clipping more"),
  clippedShare: share.describe('Weights more than half a step beyond the outermost values of their grid'),
  zeroShare: share.describe('Packed weights that are 0'),
  entropyBits: z.number().describe('Shannon entropy of the codes, in bits a weight'),
  channels: z.int().describe('Output channels'),
  deadChannels: z
    .object({ before: z.int(), after: z.int() })
    .describe('Output channels whose weights are all 0, in the model as read and as packed'),
  worstChannels: z
    .array(
      z.object({
        channel: z.int(),
        errorShare: share.describe("Part of the tensor's squared error, as a share of 1"),
      }),
    )
    .describe('The output channels with the largest errors, at most five, the worst first'),
  histogram: z
    .object({
      min: z.number(),
      max: z.number(),
      counts: z.array(z.int()).describe('Weights in equal bins from min to max'),
      levels: z.array(z.number()).describe('The values of the grid, ascending'),
    })
    .describe(
      "The weights as read, each times the median scale over its channel's scale, so that one grid fits all",
    ),
});

const scoreSchema = z.object({
  metric: z.number().describe('The metric that `metric.name` names; accuracy and agreement as a share of 1'),
  loss: z
    .number()
    .describe(
      'Task loss against the labels: nats, or squared error as a share of the variance; without labels the divergence',
    ),
  divergence: z
    .number()
    .describe(
      "Divergence from the float model's predictions: KL in nats, or squared error as a share of their variance",
    ),
});

const layerSensitivitySchema = z.object({
  bits: z.number(),
  bytes: z.int().describe('Bytes of this tensor in the packed file at this width'),
  alone: scoreSchema.describe('The float model with only this tensor rounded'),
  allBut: scoreSchema.describe('The whole model rounded at this width, except for this tensor'),
});

const effectSchema = z.object({
  points: z
    .number()
    .describe('Of the metric, in points (hundredths): what the model has more with this tensor in float'),
  loss: z.number().describe('Of the task loss, or without labels of the divergence: what it has less'),
  divergence: z.number().describe('Of the divergence: what it has less'),
});

/** The cost of a tensor, seen from the float model, from the packed one, and on the way between them. */
const evidenceSchema = z.object({
  alone: effectSchema.describe('Against the float model with only this tensor rounded as it is packed'),
  inFloat: effectSchema.describe('Against the packed model, with only this tensor in float'),
  path: effectSchema.describe(
    'Where tensors are put back to float one after another, in the order of their ranks: what the step of this one gives',
  ),
});

const remedySchema = z.object({
  kind: z.enum(['bits', 'per-channel', 'clip', 'float', 'entropy-penalty']),
  bits: z.number().nullable().describe('The width with kind `bits`; else null'),
  text: z.string().describe('`conv2d_4 at 4 bits: +1.8 points for 310 bytes`'),
  option: z.string().describe('Option to add to the command line'),
  gainPoints: z
    .number()
    .nullable()
    .describe('Measured: points (hundredths) of the metric; null: not measured'),
  gainError: z
    .number()
    .nullable()
    .describe('Standard error of gainPoints, from the samples; null where it is not known'),
  gainDivergence: z.number().nullable().describe('Measured: reduction of the divergence'),
  bytes: z.int().nullable().describe('More bytes in the packed file; null: not known'),
});

const verdictSchema = z.object({
  level: z.enum(['none', 'watch', 'bottleneck']),
  rank: z
    .int()
    .nullable()
    .describe(
      'Rank by what the layer costs, 1 for the most, as `sensitivity.rankedBy` says; null: it was not measured',
    ),
  reason: z.string().nullable().describe('null with level `none`'),
  remedies: z.array(remedySchema).describe('The one to try first comes first; empty with level `none`'),
});

export const layerSchema = z.object({
  name: z.string().describe("The weight's name, `layer/kernel`"),
  kind: z
    .string()
    .describe('Class of the layer or operation that reads it: Conv2D, Dense, DepthwiseConv2D, ...'),
  shape: z.array(z.int()),
  bits: z.number().describe('Code width; 1.58 for three levels, 32 for a tensor that stayed in float'),
  quantizer: z
    .string()
    .nullable()
    .describe('Quantizer that chose its grid; null for a tensor that stayed in float'),
  granularity: z
    .enum(['perChannel', 'perTensor'])
    .nullable()
    .describe('One scale per channel or one for all; null for a tensor that stayed in float'),
  clip: z
    .number()
    .nullable()
    .describe(
      'Factor that shrank the range of its grid (`--layer NAME=N,clip:X`), before any training; null: unchanged',
    ),
  params: z.int(),
  floatBytes: z.int().describe('Bytes as float32'),
  storedBytes: z
    .int()
    .nullable()
    .default(null)
    .describe('Bytes in the model as it was read, which may be shorter than float32; null: not known'),
  packedBytes: z.int().describe('Bytes in the packed file, scales and levels included'),
  codeBytes: z
    .int()
    .nullable()
    .default(null)
    .describe('Part of packedBytes that its codes take; null for a tensor that stayed in float'),
  bitsPerWeight: z.number().describe('packedBytes * 8 / params'),
  sqnrDb: decibel.describe('Weights: those of the model as read against the packed ones'),
  outputSqnrDb: decibel.describe("Outputs: this layer's own error, given the float model's inputs to it"),
  chainSqnrDb: decibel.describe(
    "Outputs: the float model's against the packed model's, with the errors of all layers up to here",
  ),
  residual: z
    .number()
    .nullable()
    .describe(
      '|w - Q(w)|^2 / |w|^2 at the end of training, before the weights were put on the grid; null: not trained',
    ),
  snapLoss: z
    .number()
    .nullable()
    .describe(
      'Increase of the task loss per sample (without labels: the divergence) from putting it on its grid at the end of training; null: not trained',
    ),
  reason: z.string().describe('Why it has these bits'),
  weights: weightErrorSchema
    .nullable()
    .describe('Errors that packing caused in the weights; null: stayed in float'),
  sensitivity: z
    .array(layerSensitivitySchema)
    .nullable()
    .describe('At each width of `sensitivity.bitWidths`; null: stayed in float, or not measured'),
  evidence: evidenceSchema
    .nullable()
    .default(null)
    .describe('What it costs, by three ways of counting; null: stayed in float, or not measured'),
  verdict: verdictSchema
    .nullable()
    .describe(
      'Whether this layer holds the compression back; null: stayed in float, or what tells was not measured',
    ),
});

/** Figures of the whole model, to compare those of the layers with. */
export const sensitivitySchema = z.object({
  metric: z.string().describe('Its name, as in `metric.outputs`'),
  output: z.string().nullable().describe('The output that the metric belongs to; null: there is only one'),
  samples: z.int(),
  float: scoreSchema.describe('The model as read'),
  packed: scoreSchema.describe('The packed model, on the same samples'),
  bitWidths: z
    .array(z.object({ bits: z.number(), bytes: z.int().describe('The packed file'), score: scoreSchema }))
    .describe('The whole model rounded as --bits would, at each width'),
  rankedBy: z
    .enum(['inFloat', 'alone', 'mean'])
    .default('inFloat')
    .describe(
      'The evidence that layers are ranked by, and judged by beside their step on the path: the mean of `evidence.alone` and `evidence.inFloat`; `alone` where the model has collapsed; `inFloat` in reports of former versions',
    ),
  path: z
    .array(z.object({ name: z.string(), score: scoreSchema }))
    .default([])
    .describe(
      'The packed model with tensors put back to float one after another, in the order of their ranks: the score with this one and all before it',
    ),
  interaction: z
    .object({
      layers: z.array(z.string()),
      together: effectSchema.describe('What they give together, put back to float in the packed model'),
      apart: effectSchema.describe('The sum of what each gives by itself'),
    })
    .nullable()
    .default(null)
    .describe('Layers ranked first whose costs do not add up; null: they do'),
});
export type LayerReport = z.infer<typeof layerSchema>;
export type WeightErrorReport = z.infer<typeof weightErrorSchema>;
export type LayerSensitivity = z.infer<typeof layerSensitivitySchema>;
export type SensitivityReport = z.infer<typeof sensitivitySchema>;
export type Score = z.infer<typeof scoreSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Effect = z.infer<typeof effectSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Remedy = z.infer<typeof remedySchema>;

import { z } from 'zod';
// The light files: the index loads TensorFlow, which `qgt --help` has no use for.
import { augmentations } from '../../data/augmentation/index.js';
import { lossNames } from '../../metrics/loss-names.js';
import { efforts } from '../../train/efforts.js';
import { declare } from './option.js';
import { classWeights, duration, entropyPenalty, names } from './values.js';

/** How the model is fine-tuned. */
export const trainingOptions = declare({
  effort: {
    schema: z.enum(names(efforts)).default('medium'),
    placeholder: 'LEVEL',
    describe: `How long to train: ${efforts.map(({ name, epochs }) => `${name} ${epochs}`).join(', ')} epochs, without data four times as many`,
  },
  epochs: {
    schema: z.int().min(0).max(10_000).optional(),
    placeholder: 'N',
    describe: 'Passes over the data, in place of --effort; 0: round without fine-tuning',
  },
  batchSize: {
    schema: z.int().min(1).max(65_536).optional(),
    placeholder: 'N',
    describe: 'Samples a step; left out: chosen from the size of the data',
  },
  augment: {
    schema: z.string().min(1).default('auto'),
    placeholder: 'A,B',
    describe:
      'How training images are varied; auto: flip and shift where the float model stays right, or sure without labels',
    values: augmentations,
  },
  learningRate: {
    schema: z.number().positive().max(1).optional(),
    placeholder: 'X',
    describe:
      'Highest learning rate, falling on a cosine; left out: 0.002 * sqrt(batch size / 128), at most 0.002; without data half of it',
  },
  guidance: {
    formerly: ['strength'],
    schema: z.number().min(0).default(0.02),
    placeholder: 'X',
    describe: 'Highest pull toward the grid (lambda); it grows from 0 on a cosine',
  },
  entropyPenalty: {
    formerly: ['rate'],
    schema: entropyPenalty.default(0),
    placeholder: 'X|auto',
    describe:
      'Squared error that a bit in the file is worth, in units of the mean squared weight: rare codes are avoided, and the file is smaller; auto finds the value for --max-bytes or --min-ratio',
  },
  distill: {
    schema: z.number().min(0).max(1).default(0.9),
    placeholder: 'X',
    describe: "Share of the loss that is the float model's answer, 0 to 1; 1 without labels",
  },
  temperature: {
    schema: z.number().min(1).max(100).default(4),
    placeholder: 'X',
    describe: "How far the float model's answer is softened: above 1, what it nearly said counts too",
  },
  forward: {
    schema: z.enum(['quantized', 'float']).default('quantized'),
    placeholder: 'HOW',
    describe: 'Compute with the weights on the grid, or in float until the end',
  },
  loss: {
    schema: z.enum(lossNames).optional(),
    placeholder: 'NAME',
    describe: 'Task loss; left out: from the last activation',
  },
  classWeights: {
    schema: classWeights.optional(),
    placeholder: 'auto|A,B',
    describe:
      'How much a sample of each class counts in training; auto: every class alike, however few samples it has (default: every sample alike)',
  },
  precision: {
    schema: z.enum(['auto', 'float32', 'bfloat16']).default('auto'),
    placeholder: 'NAME',
    describe:
      'What convolutions compute with; auto takes what a table has for this kind of processor and model',
  },
  maxTime: {
    schema: duration.optional(),
    placeholder: 'TIME',
    describe: 'Stop training after, such as 90s or 10m; left out: no limit',
  },
  maxSteps: {
    schema: z.int().min(1).max(1e9).optional(),
    placeholder: 'N',
    describe:
      'Training steps at most; where --max-time shortened a training, the report has the number that repeats it',
  },
});

import { z } from 'zod';
// These files only: the index loads TensorFlow, which `qgt --help` does not need.
import { augmentations } from '../../data/augmentation/index.js';
import { lossNames } from '../../metrics/loss-names.js';
import { efforts } from '../../train/efforts.js';
import { declare } from './option.js';
import { classWeights, duration, entropyPenalty, names } from './values.js';

/** Options for fine-tuning. */
export const trainingOptions = declare({
  effort: {
    schema: z.enum(names(efforts)).default('medium'),
    placeholder: 'LEVEL',
    describe: 'How long to train; fewer than 1,000 samples have more epochs, so that as many steps are taken',
    values: efforts.map(({ name, epochs, epochsWithoutData }) => ({
      name,
      describe: `${epochs} epochs, without data ${epochsWithoutData}`,
    })),
  },
  epochs: {
    schema: z.int().min(0).max(10_000).optional(),
    placeholder: 'N',
    describe: 'Passes over the training data, in place of --effort; 0: round the weights without training',
  },
  augment: {
    schema: z.string().min(1).default('auto'),
    placeholder: 'A,B',
    describe:
      'How to vary training images; auto: flip and shift, each if the float model stays as accurate on such images, or as sure where there are no labels',
    values: augmentations,
  },
  learningRate: {
    schema: z.number().positive().max(1).optional(),
    placeholder: 'X',
    describe:
      'Highest learning rate; it falls to 0 on a cosine (default: 0.002 * sqrt(batch size / 128), at most 0.002; half of that without data). With --forward float it falls on the root of the cosine, and trainings of more than 600 steps multiply it by 600 / steps',
  },
  guidance: {
    formerly: ['strength'],
    schema: z.number().min(0).optional(),
    placeholder: 'X',
    describe:
      'Highest pull toward the grid (lambda); it grows from 0 on a cosine (default: 0.02, with --forward float 16, which trainings of more than 600 steps multiply by 600 / steps)',
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
    describe:
      "Share of the loss, 0 to 1, that compares with the float model's predictions in place of the labels; without labels it is 1",
  },
  temperature: {
    schema: z.number().min(1).max(100).default(4),
    placeholder: 'X',
    describe: "Softens the float model's predictions: above 1, less likely classes count more",
  },
  forward: {
    schema: z.enum(['quantized', 'float']).default('quantized'),
    placeholder: 'HOW',
    describe: 'Train with quantized weights in the forward pass, or with float ones until the end',
  },
  roundingSteps: {
    schema: z.int().min(0).max(1e6).optional(),
    placeholder: 'N',
    describe:
      'Steps in which each block of layers learns which of its two neighbouring levels each weight goes to, before the training; 0: none (default: up to 3,000 on the native engine with 64 to 2,000 samples without labels, and without data if there is BatchNorm, where the training is long enough; else 0)',
  },
  loss: {
    schema: z.enum(lossNames).optional(),
    placeholder: 'NAME',
    describe: 'Task loss, by the last activation unless given',
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
      'Number format of convolutions in training; auto: bfloat16 where it is known to be faster for this processor and model',
  },
  maxTime: {
    schema: duration.optional(),
    placeholder: 'TIME',
    describe:
      'Time for the whole run, from reading to measuring, such as 90s or 10m: training takes what the rest leaves, and a note says what was left out (default: no limit)',
  },
  maxSteps: {
    schema: z.int().min(1).max(1e9).optional(),
    placeholder: 'N',
    describe:
      'Stop training after so many steps (default: no limit); the report says how many repeat a training that --max-time shortened',
  },
});

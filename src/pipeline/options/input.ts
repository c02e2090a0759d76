import { z } from 'zod';
// The light file: the index loads TensorFlow, which `qgt --help` has no use for.
import { readers } from '../../data/readers/index.js';
import { declare } from './option.js';
import { texts } from './values.js';

/** What is read: model files, data and how it is prepared. */
export const inputOptions = declare({
  data: {
    schema: z.string().min(1).optional(),
    placeholder: 'PATH',
    path: true,
    describe: 'Training data; left out: inputs are synthesised',
    values: readers,
  },
  eval: {
    schema: z.string().min(1).optional(),
    placeholder: 'PATH',
    path: true,
    describe: 'Data to measure on; left out: a tenth of --data is held out',
  },
  against: {
    schema: z.string().min(1).optional(),
    placeholder: 'MODEL',
    path: true,
    describe: 'A second model to measure on the same data',
  },
  inputRange: {
    schema: z.string().min(1).optional(),
    placeholder: 'RANGE',
    describe:
      'What the model takes: 0..1, -1..1, 0..255, as-is or mean=A,B,C/std=A,B,C; left out: the best on labelled data',
  },
  classes: {
    schema: texts.optional(),
    placeholder: 'A,B,C',
    describe: "Class names in the order of the model's outputs; left out: sorted",
  },
  require: {
    schema: texts.default([]),
    placeholder: 'FILE',
    path: true,
    describe: 'Module that registers custom layers; repeatable',
  },
  synthesisSamples: {
    schema: z.int().min(8).max(1_000_000).optional(),
    placeholder: 'N',
    describe:
      'Inputs to synthesise without data, in whole batches; left out: 80 to 1280, by the size of the model',
  },
  synthesisSteps: {
    schema: z.int().min(0).max(100_000).optional(),
    placeholder: 'N',
    describe: 'Steps that move each of them; left out: up to 60, by the size of the model; 0: noise',
  },
});

import { z } from 'zod';
// These files only: the index loads TensorFlow, which `qgt --help` does not need.
import { type DataInMemory, isDataInMemory } from '../../data/memory/data-in-memory.js';
import { readers } from '../../data/readers/index.js';
import { builtInMetrics } from '../../metrics/scoring/built-in.js';
import { metricRules, moduleIn } from './metric-rules.js';
import { declare } from './option.js';
import { rangeRules } from './range-rules.js';
import { texts } from './values.js';

/** A path; in the library also arrays or a generator. */
const dataSource = z.union(
  [z.string().min(1), z.custom<DataInMemory>(isDataInMemory)],
  'must be a path, { xs, ys } or a generator of these',
);

/** Options for the input: data and its preparation. */
export const inputOptions = declare({
  data: {
    schema: dataSource.optional(),
    placeholder: 'PATH',
    path: true,
    describe:
      'Training data; real inputs, without labels too, do better than none: a hundred for two classes, a thousand for ten (default: inputs are synthesised)',
    values: readers,
  },
  eval: {
    schema: dataSource.optional(),
    placeholder: 'PATH',
    path: true,
    describe: 'Data to measure on (default: half of a tenth of --data, which is held out)',
  },
  against: {
    schema: z.string().min(1).optional(),
    placeholder: 'MODEL',
    path: true,
    describe:
      'Second model to measure on the same data; the float one of the two is the reference, or else the one named first',
  },
  inputRange: {
    schema: rangeRules.default({}),
    placeholder: 'RANGE',
    describe:
      'Range of input values that the model expects: 0..1, -1..1, 0..255, imagenet, mean=A,B,C/std=A,B,C or as-is, or NAME=RANGE for one input; repeatable (default: as the model tells by its first layers, its accuracy, BatchNorm or its confidence; printed)',
  },
  classes: {
    schema: texts.optional(),
    placeholder: 'A,B,C',
    describe:
      "Class names in the order of the model's outputs (default: as a list beside the model has them, else sorted as text or as numbers, whichever the model is right by)",
  },
  labelColumn: {
    schema: z.string().min(1).optional(),
    placeholder: 'NAME',
    describe:
      'Column of a .csv file that is the label (default: label, target or y, else the last one or class, whichever the model is right by)',
  },
  metric: {
    schema: metricRules.default({}),
    placeholder: 'METRIC',
    pathIn: moduleIn,
    describe:
      'Metric in place of accuracy or R2, for choices and limits: a name, a module such as ./my-metric.mjs, or NAME=METRIC for one output; repeatable',
    values: builtInMetrics,
  },
  maxPixels: {
    schema: z.int().positive().optional(),
    placeholder: 'N',
    describe:
      'Pixels of the largest image that is read; one with more counts as damaged (default: 100000000)',
  },
  require: {
    schema: texts.default([]),
    placeholder: 'FILE',
    path: true,
    describe: 'JavaScript module that registers custom layers; repeatable',
  },
  synthesisSamples: {
    schema: z.int().min(8).max(1_000_000).optional(),
    placeholder: 'N',
    describe:
      'How many inputs to synthesise without --data, in whole batches (default: 80 to 1280, by the size of the model)',
  },
  synthesisSteps: {
    schema: z.int().min(0).max(100_000).optional(),
    placeholder: 'N',
    describe:
      'Steps that shape each synthesised input; 0: it stays noise (default: up to 60, by the size of the model)',
  },
});

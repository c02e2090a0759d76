import { z } from 'zod';
import { exporters, weightForms } from '../../export/index.js';
import { reporters, reportFormats } from '../../report/index.js';
import { reporterName } from './check-levels.js';
import { declare } from './option.js';
import { listOf, names } from './values.js';

/** What is written and printed, and where. */
export const outputOptions = declare({
  output: {
    schema: z.string().min(1).optional(),
    alias: 'o',
    placeholder: 'FOLDER',
    path: true,
    describe: 'Where to write; left out: named after the model and the width',
  },
  prefix: {
    schema: z.string().min(1).optional(),
    placeholder: 'FOLDER',
    path: true,
    describe: "Where to make the engine; left out: QGT_NATIVE_PREFIX, else qgt's folder in the user's cache",
  },
  force: {
    schema: z.boolean().default(false),
    describe: 'Replace what stands there',
  },
  report: {
    schema: listOf(z.enum(names(reportFormats))).default([]),
    placeholder: 'FORMAT',
    describe: 'Write the report also in this format; repeatable',
    values: reportFormats,
  },
  reporter: {
    schema: listOf(reporterName).default([]),
    placeholder: 'NAME',
    describe: 'Tell a CI system; repeatable',
    values: reporters,
  },
  format: {
    schema: z.enum(['text', ...names(reportFormats)]).default('text'),
    placeholder: 'FORMAT',
    describe: 'What to print on stdout: text is the table, the others are those of --report',
  },
  to: {
    schema: z.enum(names(exporters)),
    placeholder: 'FORMAT',
    describe: 'What to export to',
    values: exporters,
  },
  weights: {
    schema: z.enum(weightForms).default('auto'),
    placeholder: 'HOW',
    describe:
      'auto: what suits the target; for tfjs uint8 codes where one scale a tensor allows it, else float32',
  },
});

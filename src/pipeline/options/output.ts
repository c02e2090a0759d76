import { z } from 'zod';
import { exporters, weightForms } from '../../export/index.js';
import { reporters, reportFormats } from '../../report/index.js';
import { reporterName } from './check-levels.js';
import { declare } from './option.js';
import { listOf, names } from './values.js';

/** Options for files and printed output. */
export const outputOptions = declare({
  to: {
    schema: z.enum(names(exporters)),
    placeholder: 'FORMAT',
    describe: 'Target to export to (required)',
    values: exporters,
  },
  output: {
    schema: z.string().min(1).optional(),
    alias: 'o',
    placeholder: 'FOLDER',
    path: true,
    describe: 'Folder to write to (default: named after the model and the width)',
  },
  prefix: {
    schema: z.string().min(1).optional(),
    placeholder: 'FOLDER',
    path: true,
    describe:
      "Folder to install the engine in (default: QGT_NATIVE_PREFIX, else qgt's folder in the user's cache)",
  },
  force: {
    schema: z.boolean().default(false),
    describe: 'Write into a folder that is not empty, replacing files of the same names',
  },
  report: {
    schema: listOf(z.enum(names(reportFormats))).default([]),
    placeholder: 'FORMAT',
    describe: 'Write the report in this format too, beside report.json; repeatable',
    values: reportFormats,
  },
  reporter: {
    schema: listOf(reporterName).default([]),
    placeholder: 'NAME',
    describe: 'Tell a CI system which limits were kept; repeatable',
    values: reporters,
  },
  format: {
    schema: z.enum(['text', ...names(reportFormats)]).default('text'),
    placeholder: 'FORMAT',
    describe: 'What to print on stdout: text is the table, the others are those of --report',
  },
  weights: {
    schema: z.enum(weightForms).default('auto'),
    placeholder: 'HOW',
    describe:
      'How to store weights; auto: as suits the target, for tfjs uint8 codes where there is one scale per tensor, else float32',
  },
});

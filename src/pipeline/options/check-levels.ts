import { z } from 'zod';
import { levels, parseReporter, reporterForms, rules } from '../../report/index.js';

const level = z.enum(levels);
const names = rules.map(({ name }) => name);
const ruleAndLevel = z.tuple([z.enum(names), level]);
const problem = `must be off, warn or error for ${names.join(', ')}, such as max-drop=warn`;
const optionOf = new Map(rules.map(({ name, option }) => [name, option]));

/** `{ maxDrop: 'warn' }`, or the same as `['max-drop=warn']`; later entries win. */
export const checkLevels = z.union(
  [
    z.partialRecord(z.enum(rules.map(({ option }) => option)), level, problem),
    z
      .preprocess(
        (value) => [value].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : [text])),
        z.array(z.string().refine((text) => ruleAndLevel.safeParse(text.split('=')).success, problem)),
      )
      .transform((texts) => {
        const parsed = texts.map((text) => ruleAndLevel.parse(text.split('=')));
        return Object.fromEntries(parsed.map(([name, level]) => [optionOf.get(name)!, level]));
      }),
  ],
  problem,
);

/** `github`, `junit`, or `junit=results/qgt.xml`. */
export const reporterName = z
  .string()
  .refine((text) => parseReporter(text) !== null, `must be one of ${reporterForms.join(', ')}`);

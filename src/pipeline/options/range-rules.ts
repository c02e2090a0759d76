import { z } from 'zod';
// These files only: the index loads TensorFlow, which `qgt --help` does not need.
import { isInputRange } from '../../data/input-range.js';
import { OTHER_INPUTS, type RangeRules } from '../../data/range-rules.js';
import { ruleForEach } from './rule-for-each.js';

const FORM =
  'must be a range (0..1, -1..1, 0..255, imagenet, mean=A,B,C/std=A,B,C or as-is), or NAME=RANGE for one input';

const range = z.string().refine(isInputRange, FORM);

/** `0..1` for all inputs, or `image=0..1`: a name, and from an `=` on a range. */
const ruleText = z.string().transform((text, context): [input: string, range: string] => {
  if (isInputRange(text)) return [OTHER_INPUTS, text];
  for (let at = text.indexOf('='); at > 0; at = text.indexOf('=', at + 1))
    if (isInputRange(text.slice(at + 1))) return [text.slice(0, at), text.slice(at + 1)];
  context.addIssue({ code: 'custom', message: FORM });
  return z.NEVER;
});

const SUBJECT = { rule: 'range', all: 'inputs', others: OTHER_INPUTS };

/** Ranges by input; an input that has two of them is an error. */
const ruleList = z
  .array(ruleText)
  .transform((rules, context): RangeRules => ruleForEach(SUBJECT, rules, context));

/** `'0..1'`, `['image=0..255', '0..1']` or `{ image: '0..255', '*': '0..1' }`. */
export const rangeRules = z.union([
  z.record(z.string().min(1), range),
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), ruleList),
]);

import { z } from 'zod';
import type { LayerRule } from '../../plan/index.js';
import { BIT_WIDTHS, quantizers } from '../../quantize/index.js';
import { names, numberFrom } from './values.js';

const WIDTHS = '1.58, 2-8 or float';
const FORM = `must be NAME=BITS with bits ${WIDTHS}, such as 'conv2d_3=4'`;
const RULES = "must be rules by glob, such as { 'conv2d_*': 4 }, or a list of NAME=BITS";
const ONE_OF_EACH = 'must be a rule with one clip, one granularity and one quantizer at most';
const quantizerNames = names(quantizers);

/** One scale per channel or one per tensor. */
export const granularity = z.enum(['perChannel', 'perTensor']);

const width = z.literal([...BIT_WIDTHS, 'float'], `must be ${WIDTHS}`);
const clip = z.number('must be a clip above 0 and at most 1');
const rule = z.discriminatedUnion(
  'bits',
  [
    z.strictObject({ bits: z.literal('float') }, 'must be float alone'),
    z.strictObject(
      {
        bits: z.literal(BIT_WIDTHS),
        clip: clip.gt(0, 'must be a clip above 0').max(1, 'must be a clip of at most 1').optional(),
        granularity: granularity.optional(),
        quantizer: z
          .enum(
            quantizerNames,
            `must be a rule with clip:X, perChannel, perTensor or a quantizer (${quantizerNames.join(', ')})`,
          )
          .optional(),
      },
      'must be an object with bits, clip, granularity and quantizer alone',
    ),
  ],
  `must be ${WIDTHS}`,
);

/** Parses a word after a rule's width into key and value. */
function modifier(word: string): [key: string, value: unknown] {
  if (word.startsWith('clip:')) return ['clip', numberFrom(word.slice('clip:'.length))];
  return [granularity.safeParse(word).success ? 'granularity' : 'quantizer', word];
}

/** `conv2d_*=2,clip:0.7`: a glob, and from the last `=` on a rule. */
const ruleText = z.string().transform((text, context): [glob: string, rule: LayerRule] => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const at = text.lastIndexOf('=');
  const [first = '', ...words] = text
    .slice(at + 1)
    .split(',')
    .map((word) => word.trim());
  const bits = numberFrom(first);
  if (at < 1 || !width.safeParse(bits).success) return refuse(FORM);
  const entries: [key: string, value: unknown][] = [['bits', bits], ...words.map(modifier)];
  const keys = entries.map(([key]) => key);
  if (new Set(keys).size < keys.length) return refuse(ONE_OF_EACH);
  const { data, error } = rule.safeParse(Object.fromEntries(entries));
  return data === undefined ? refuse(error!.issues[0]!.message) : [text.slice(0, at), data];
});

/** Groups rules by glob; of rules with the same glob the last one counts, in its place. */
function byGlob(rules: readonly [glob: string, rule: LayerRule][]): Record<string, LayerRule> {
  const last = rules.filter(([glob], at) => !rules.slice(at + 1).some(([later]) => later === glob));
  return Object.fromEntries(last);
}

/** `{ 'conv2d_*': 4 }`, `{ 'conv2d_*': { bits: 4, clip: 0.7 } }` or the same as `['conv2d_*=4,clip:0.7']`; later entries win. */
export const layerRules = z.union(
  [
    z.record(
      z.string().min(1),
      z.union(
        [rule, width.transform((bits): LayerRule => ({ bits }))],
        `must be ${WIDTHS}, or an object with bits, clip, granularity and quantizer`,
      ),
    ),
    z
      .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(ruleText))
      .transform(byGlob),
  ],
  {
    // A text, a list or an object is taken for rules, and told which of them is wrong.
    error: ({ input }) =>
      (typeof input === 'object' && input !== null) || typeof input === 'string' ? undefined : RULES,
  },
);

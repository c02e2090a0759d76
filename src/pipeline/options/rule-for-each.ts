import type { z } from 'zod';

/** Names of what a rule is about: a word for one of them and for all that have no rule of their own. */
interface Subject {
  /** `range`, `metric` */
  readonly rule: string;
  /** `inputs`, `outputs` */
  readonly all: string;
  /** Key of those that have no rule of their own. */
  readonly others: string;
}

/** Makes an object of rules by name; two for one name are an issue: nothing says which of them is meant. */
export function ruleForEach(
  { rule, all, others }: Subject,
  rules: readonly (readonly [name: string, rule: string])[],
  context: z.RefinementCtx,
): Record<string, string> {
  const twice = rules.find(([name], at) => rules.findIndex(([other]) => other === name) < at);
  if (twice !== undefined) {
    const [name] = twice;
    const given = rules.filter(([other]) => other === name).map(([, each]) => each);
    const whose = name === others ? `all ${all}` : name;
    context.addIssue({
      code: 'custom',
      message: `must be one ${rule} for ${whose}, not ${given.join(' and ')}`,
    });
  }
  return Object.fromEntries(rules);
}

import { layerRuleText } from '../../plan/index.js';
import { OUTER_OPTIONS } from './deciding-options.js';
import { layerRules } from './layer-rules.js';
import { flagOf } from './option.js';

const OUTER: ReadonlySet<string> = new Set(OUTER_OPTIONS);

/** Texts of the options in a report that decide its figures, by their flags, and the model; those that were left out are not in it. */
export function reportedOptions(options: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([name, value]) => {
      const text = OUTER.has(name) ? '' : textOf(name, value);
      return text === '' ? [] : [[name === 'model' ? name : `--${flagOf(name)}`, text] as const];
    }),
  );
}

/** Text of a value as it is typed; empty for what sets nothing. */
function textOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (name === 'layer') {
    const { data = {} } = layerRules.safeParse(value);
    return Object.entries(data)
      .map(([glob, rule]) => layerRuleText(glob, rule))
      .join(' ');
  }
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, each]) => (key === '*' ? String(each) : `${key}=${each}`))
    .join(' ');
}

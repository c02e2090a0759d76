import { z } from 'zod';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { declarations, type OptionName } from '../pipeline/options/index.js';

/** Facts from an option's schema, for the parser, the help and the messages. */
export interface OptionFacts {
  readonly kind: 'boolean' | 'number' | 'text';
  /** Form of a list: `commas` between the values of one text, or each text as a `whole`; null for a single value. */
  readonly list: 'commas' | 'whole' | null;
  /** Its values, where they are words or the items of a list. */
  readonly choices: readonly string[];
  /** All values that the schema names, numbers and single words beside others too. */
  readonly values: readonly string[];
  readonly default: unknown;
  /** Range of a number, as `2-8` or `0 or more`; null for other options. */
  readonly range: string | null;
}

/** The parts of a JSON Schema that are read here. */
interface SchemaFacts {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly items?: SchemaFacts;
  readonly anyOf?: readonly SchemaFacts[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Cache by option and command: making a JSON Schema is the slowest part of reading a command line. */
const known = new Map<string, OptionFacts>();

/** Reads an option's type, choices, default and range from its schema: the given command's own, or the common one. */
export function optionFacts(name: OptionName, command?: CommandName): OptionFacts {
  const key = `${name} ${command ?? ''}`;
  const facts = known.get(key) ?? readFacts(name, command);
  known.set(key, facts);
  return facts;
}

function readFacts(name: OptionName, command?: CommandName): OptionFacts {
  const own: Readonly<Partial<Record<string, z.ZodType>>> = command ? commandSchemas[command].shape : {};
  const schema = own[name] ?? declarations[name].schema;
  const input = jsonSchema(schema, 'input');
  return {
    kind: kindOf(input),
    list:
      input.type === 'array' ? 'commas' : input.anyOf?.some(({ type }) => type === 'array') ? 'whole' : null,
    choices: (input.type === 'string' ? input.enum : input.items?.enum)?.map(String) ?? [],
    values: valuesIn(input).map(String),
    // Only the output schema keeps the default of preprocessed values.
    default: jsonSchema(schema, 'output').default,
    range: rangeOf(input),
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): SchemaFacts {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as SchemaFacts;
}

function kindOf({ type, enum: values = [] }: SchemaFacts): OptionFacts['kind'] {
  if (type === 'boolean') return 'boolean';
  // A number or a word such as `auto`: the schema has no common type.
  const numeric =
    type === 'integer' || type === 'number' || values.some((value) => typeof value === 'number');
  return numeric ? 'number' : 'text';
}

function valuesIn({ enum: values = [], const: value, items, anyOf = [] }: SchemaFacts): (string | number)[] {
  const inner = items === undefined ? anyOf : [items, ...anyOf];
  return [...values, ...(value === undefined ? [] : [value]), ...inner.flatMap(valuesIn)];
}

function rangeOf({ type, minimum, exclusiveMinimum, maximum }: SchemaFacts): string | null {
  if (type !== 'integer' && type !== 'number') return null;
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined) return bounded ? `${minimum}-${maximum}` : `${minimum} or more`;
  if (exclusiveMinimum !== undefined)
    return bounded ? `more than ${exclusiveMinimum}, at most ${maximum}` : `more than ${exclusiveMinimum}`;
  return null;
}

/** Adds the dashes of a flag: `--bits`, `-b`. */
export function dashed(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}

/** Lists the names of the options in a command's schema, in the order of the help. */
export function optionNames(shape: Readonly<Record<string, unknown>>): OptionName[] {
  return Object.keys(declarations).filter((name): name is OptionName => name in shape);
}

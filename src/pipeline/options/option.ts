import type { z } from 'zod';

/** Where an option stands in the help, in this order. */
export const optionGroups = ['Input', 'Bits', 'Limits', 'Training', 'Output', 'Run'] as const;

export type OptionGroup = (typeof optionGroups)[number];

/** All that is known of an option: the command line, the config file, the help and docs/cli.md read this alone. */
export interface Option<Schema extends z.ZodType = z.ZodType> {
  /** Its values, default included; a list takes texts with commas, as the command line has them. */
  readonly schema: Schema;
  readonly describe: string;
  /** Letter for a short form. */
  readonly alias?: string;
  /** Names that it had before; they still work, and say the current one. */
  readonly formerly?: readonly string[];
  /** What stands for the value in the help: `--bits N`. */
  readonly placeholder?: string;
  /** What its values mean, of a registry that says it. */
  readonly values?: readonly { readonly name: string; readonly describe: string }[];
  /** A path: in a config file it is relative to that file. */
  readonly path?: true;
}

/** Options by their names, the schema of each kept by its type. */
export function declare<Declared extends Readonly<Record<string, Option>>>(options: Declared): Declared {
  return options;
}

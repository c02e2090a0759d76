import type { z } from 'zod';

/** Headings of the help, in this order. */
export const optionGroups = ['Input', 'Bits', 'Limits', 'Training', 'Output', 'Run', 'Sweep'] as const;

export type OptionGroup = (typeof optionGroups)[number];

/** Declaration of an option: the command line, the config file, the help and docs/cli.md read only this. */
export interface Option<Schema extends z.ZodType = z.ZodType> {
  /** Schema of its values, with the default; a list takes texts with commas, as on the command line. */
  readonly schema: Schema;
  readonly describe: string;
  /** Letter for a short form. */
  readonly alias?: string;
  /** Former names; they still work, with a note on the current one. */
  readonly formerly?: readonly string[];
  /** Placeholder for the value in the help: `--bits N`. */
  readonly placeholder?: string;
  /** Descriptions of its values, from a registry that has them. */
  readonly values?: readonly { readonly name: string; readonly describe: string }[];
  /** A path: in a config file it is relative to that file. */
  readonly path?: true;
  /** Splits a value that holds a path before it; null for a value without one. */
  readonly pathIn?: (value: string) => [before: string, path: string] | null;
}

/** Options by their names, the schema of each kept by its type. */
export function declare<Declared extends Readonly<Record<string, Option>>>(options: Declared): Declared {
  return options;
}

/** Writes an option's name as on the command line: `batchSize` as `batch-size`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

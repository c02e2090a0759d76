import { z } from 'zod';
import { BIT_WIDTHS } from '../../quantize/index.js';

/** Lists the names in a registry, as `z.enum` takes them. */
export const names = <Name extends string>(registry: readonly { readonly name: Name }[]): [Name, ...Name[]] =>
  registry.map(({ name }) => name) as [Name, ...Name[]];

/** Splits a list that is given as items, texts with commas between them, or one such text. */
export function listItems(value: unknown): unknown {
  const items = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(items)) return value;
  return items.flatMap((item) =>
    typeof item === 'string' ? item.split(',').map((part) => part.trim()) : [item],
  );
}

/** Converts a number that was given as a text; returns other values unchanged. */
export function numberFrom(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
}

/** A list of texts. */
export const texts = z.preprocess(listItems, z.array(z.string().min(1)));

/** A list of values from a set. */
export const listOf = <Item extends z.ZodType>(item: Item) => z.preprocess(listItems, z.array(item));

/** A list of at least one number. */
export const numbers = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => {
    const items = listItems(value);
    return Array.isArray(items) ? items.map(numberFrom) : items;
  }, z.array(item).min(1));

/** One value, or a list of several. */
export const several = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => [listItems(value)].flat().map(numberFrom), z.array(item).min(1));

/** Largest penalty; above it only the most common code would remain. */
const MAX_PENALTY = 100;

/** `90`, `'90s'`, `'10m'` or `'1h'`, in seconds. */
export const duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)?(s|m|h)?$/, 'must be a number with s, m or h, such as 90s or 10m')
    .transform((text) => Number.parseFloat(text) * ({ m: 60, h: 3600 }[text.at(-1) ?? ''] ?? 1))
    .refine((seconds) => seconds > 0, 'must be more than 0'),
]);

/** Bytes in a unit of size; a kilobyte is 1000, as everywhere in qgt, a kibibyte 1024. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `65536`, `'64KB'`, `'1.5 MB'` or `'64KiB'`, in bytes. */
export const byteCount = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)? ?([KMG]?i?B)?$/i, 'must be a size such as 65536, 64KB (64,000 bytes) or 64KiB')
    .transform((text) => {
      const [, unit = 'b'] = /([a-z]+)$/i.exec(text) ?? [];
      return Math.floor(Number.parseFloat(text) * SIZE_UNITS[unit.toLowerCase()]!);
    })
    .refine((bytes) => bytes > 0, 'must be more than 0'),
]);

export const bits = z.literal(BIT_WIDTHS, 'must be 1.58 or 2-8');
export const DEFAULT_BITS = 4;

/** `'auto'`, or a weight per class: `[1, 2.5]`, `'1,2.5'`. */
export const classWeights = z.union(
  [z.literal('auto'), z.tuple([z.literal('auto')]).transform(([auto]) => auto), numbers(z.number().min(0))],
  'must be auto, or a number of 0 or more for each class, such as 1,2.5',
);

/** `0.3`, `'0.3'` or `'auto'`. */
export const entropyPenalty = z.union(
  [
    z.literal('auto'),
    z.number().min(0).max(MAX_PENALTY),
    z
      .string()
      .regex(/^(\d+\.?\d*|\.\d+)$/)
      .transform(Number)
      .refine((value) => value <= MAX_PENALTY),
  ],
  `must be a number from 0 to ${MAX_PENALTY}, or auto`,
);

import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A model's class names in the order of its outputs, from a file beside it. */
export interface ModelClasses {
  readonly file: string;
  readonly names: readonly string[];
}

/** Where people keep them; Teachable Machine writes `metadata.json`, or `labels.txt` beside a Keras model. */
const FILES = [
  'metadata.json',
  ...['class_indices', 'class_names', 'classes', 'labels'].map((name) => `${name}.json`),
  ...['class_names', 'classes', 'labels'].map((name) => `${name}.txt`),
];
/** Where the names lie in an object that says more. */
const KEYS = ['labels', 'wordLabels', 'words', 'classes', 'class_names', 'classNames'];
/** Far above any list of names. */
const MAX_BYTES = 2 ** 20;

/**
 * Finds the class names that lie beside a model: the first known file with as many different ones as the model tells
 * apart. Other files of these names are passed over, since they may be about anything.
 */
export async function readModelClasses(modelFile: string, count: number): Promise<ModelClasses | undefined> {
  for (const name of FILES) {
    const file = join(dirname(modelFile), name);
    const text = await readSmall(file);
    const names = text === undefined ? [] : name.endsWith('.txt') ? fromLines(text) : fromJson(text);
    if (names.length === count && new Set(names).size === count) return { file, names };
  }
  return undefined;
}

async function readSmall(file: string): Promise<string | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status === undefined || !status.isFile() || status.size > MAX_BYTES) return undefined;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.replace(/^\uFEFF/, '');
}

/** One name a line, each after its index (`0 cat`) or none. */
function fromLines(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const indexed = lines.map((line) => /^(\d+)[\s:,]+(.+)$/.exec(line));
  const inOrder = indexed.every((match, index) => match !== null && Number(match[1]) === index);
  return inOrder ? indexed.map((match) => match![2]!) : lines;
}

const list = z.array(z.union([z.string().min(1), z.number()]).transform(String));
const indexOfName = z.record(z.string(), z.int().min(0)).transform((indices) => byIndex(indices));
const nameOfIndex = z
  .record(z.string().regex(/^\d+$/), z.string().min(1))
  .transform((names) =>
    byIndex(Object.fromEntries(Object.entries(names).map(([index, name]) => [name, Number(index)]))),
  );
const names = z.union([list, indexOfName, nameOfIndex]);

/** A list, `{"cat": 0}` or `{"0": "cat"}`, alone or under one of the known keys. */
function fromJson(text: string): readonly string[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [];
  }
  const alone = names.safeParse(found);
  if (alone.success) return alone.data;
  const { data: fields = {} } = z.record(z.string(), z.unknown()).safeParse(found);
  const keyed = KEYS.map((key) => names.safeParse(fields[key])).find(({ success }) => success);
  return keyed?.data ?? [];
}

/** The names by their indices, none where these are not 0, 1, 2 and so on. */
function byIndex(indices: Readonly<Record<string, number>>): string[] {
  const sorted = Object.entries(indices).sort(([, a], [, b]) => a - b);
  return sorted.every(([, index], place) => index === place) ? sorted.map(([name]) => name) : [];
}

import type { Random } from '../../src/core/index.js';
import { mutateBytes } from './mutate-bytes.js';
import { pick } from './target.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A place in a value: the list or object that holds it, and the key there. */
interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

const MOST_CHANGES = 4;
/** Length of the text that copies may add. */
const MOST_COPIED = 100_000;
const KEYS = ['__proto__', 'constructor', 'toString', 'length', 'name', 'config', ''];
const NUMBERS = [
  0,
  -1,
  1,
  0.5,
  2,
  3,
  255,
  65_536,
  1e6,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 31),
  1e308,
  -1e-308,
];
const TEXTS = [
  '',
  'a',
  '0',
  '__proto__',
  'constructor',
  '../x',
  '\0',
  '\u202e',
  '::error::',
  '\ud800',
  '=1+1',
];
/** Texts that stand for what JSON.stringify can't write. */
const DEEP = { '<deep list>': ['[', ']'], '<deep object>': ['{"a":', '}'] } as const;
const DEPTHS = [10, 1000, 100_000];

/** Gives a value's places, the outermost too. */
function placesIn(root: { value: Json }): Place[] {
  const places: Place[] = [{ holder: root as unknown as { [key: string]: Json }, key: 'value' }];
  for (let at = 0; at < places.length; at++) {
    const value = valueAt(places[at]!);
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value))
      places.push({ holder: value, key });
  }
  return places;
}

const valueAt = ({ holder, key }: Place): Json => (holder as Record<string | number, Json>)[key]!;

/** Sets a value so that `__proto__` is a key like any other. */
function set({ holder, key }: Place, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function extreme(random: Random): Json {
  const { below } = random;
  switch (below(6)) {
    case 0:
      return pick(random, TEXTS);
    case 1:
      return pick(random, [null, true, false, [], {}, [[]], 'x'.repeat(10 ** below(5))] as Json[]);
    case 2:
      return pick(random, Object.keys(DEEP));
    case 3:
      return Array<Json>(below(20)).fill(pick(random, NUMBERS));
    default:
      return pick(random, NUMBERS);
  }
}

type Change = (place: Place, places: readonly Place[], random: Random) => void;

const changes: readonly Change[] = [
  (place, _, random) => set(place, extreme(random)),
  (place, _, random) => {
    const value = valueAt(place);
    if (typeof value === 'number') set(place, value + pick(random, [1, -1, 2, 0.5, value, -value]));
    else if (typeof value === 'string') set(place, value + pick(random, TEXTS));
    else if (typeof value === 'boolean') set(place, !value);
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  (place, places, random) => set(place, structuredClone(valueAt(pick(random, places)))),
  (place, places, random) => {
    const other = pick(random, places);
    const [one, two] = [structuredClone(valueAt(place)), structuredClone(valueAt(other))];
    set(place, two);
    set(other, one);
  },
  ({ holder, key }, _, random) => {
    if (Array.isArray(holder)) {
      const item = holder[Number(key)]!;
      const copies = Math.min(10 ** random.below(4), Math.ceil(MOST_COPIED / JSON.stringify(item).length));
      holder.splice(Number(key), 0, ...Array<Json>(copies).fill(item));
    } else set({ holder, key: pick(random, KEYS) }, holder[key]!);
  },
];

/** Changes numbers, texts, keys and structure of a JSON text, sometimes its bytes; nests deep and repeats keys. */
export function mutateJson(whole: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  if (random.next() < 0.1) return mutateBytes(whole, others, random);
  const root = { value: JSON.parse(Buffer.from(whole).toString()) as Json };
  for (let left = 1 + random.below(MOST_CHANGES); left > 0; left--) {
    const places = placesIn(root);
    pick(random, changes)(pick(random, places), places, random);
  }
  let text = JSON.stringify(root.value) ?? 'null';
  for (const [mark, [open, close]] of Object.entries(DEEP)) {
    const nested = (depth: number) => open.repeat(depth) + (open === '[' ? '' : '0') + close.repeat(depth);
    text = text.replace(`"${mark}"`, nested(pick(random, DEPTHS))).replaceAll(`"${mark}"`, nested(2));
  }
  return Buffer.from(random.next() < 0.1 ? withKeyTwice(text, random) : text);
}

function withKeyTwice(text: string, random: Random): string {
  const keys = [...text.matchAll(/"[^"\\]*":/g)];
  if (keys.length === 0) return text;
  const { 0: key, index } = pick(random, keys);
  return `${text.slice(0, index)}${key}${JSON.stringify(extreme(random)) ?? 0},${text.slice(index)}`;
}

import type { Random } from '../../src/core/index.js';
import { mutateBytes } from './mutate-bytes.js';
import { pick } from './target.js';

const MOST_CHANGES = 6;

/** Puts in words of a grammar, repeats pieces and, now and then, changes bytes. */
export function mutateText(whole: string, words: readonly string[], random: Random): string {
  let text = whole;
  for (let left = 1 + random.below(MOST_CHANGES); left > 0; left--) {
    const start = random.below(text.length + 1);
    const end = Math.min(text.length, start + random.below(8));
    const piece = random.next() < 0.6 ? pick(random, words) : text.slice(start, end);
    const times = random.next() < 0.1 ? 10 ** random.below(4) : 1;
    text = text.slice(0, start) + piece.repeat(times) + text.slice(random.next() < 0.5 ? start : end);
  }
  if (random.next() < 0.8) return text;
  const bytes = Buffer.from(text);
  return Buffer.from(mutateBytes(bytes, [bytes], random)).toString();
}

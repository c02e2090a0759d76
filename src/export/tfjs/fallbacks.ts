import type { Weight } from './weight.js';

const REASONS: Readonly<Record<NonNullable<Weight['fallback']>, string>> = {
  'no uint8 grid':
    'stock TensorFlow.js has uint8 codes only for one scale a tensor and even steps (compress with --granularity perTensor, or take half the bytes with --weights float16)',
  'beyond float16': 'values of 65,520 or more do not fit float16',
};

/** Writes notes on weights that are larger than the user would expect, by reason. */
export function noteOnFallbacks(weights: readonly Weight[]): string[] {
  return Object.entries(REASONS).flatMap(([fallback, reason]) => {
    const names = weights.filter((weight) => weight.fallback === fallback).map(({ entry }) => entry.name);
    if (names.length === 0) return [];
    const shown =
      names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others` : names.join(', ');
    return [`written as float32: ${shown}; ${reason}`];
  });
}

import type { Analysis, AnalyzedLayer } from './analysis.js';

/** Whether a layer can't have fewer channels in one call than in another: its weights or options count them. */
export function isTied({ owner, calls }: AnalyzedLayer): boolean {
  return (
    owner.config.batch_input_shape !== undefined ||
    calls.some(({ rule }) => {
      if (rule?.kind === 'keeps') return rule.vectors.length > 0 || rule.shapeKey !== null;
      return rule?.kind === 'mixes' || rule?.kind === 'spreads';
    })
  );
}

/** Whether so little is known of one call that its channels can't be told to be those of another. */
export function isTornApart({ calls }: AnalyzedLayer, values: Analysis['values']): boolean {
  const sizes = calls.map(({ inputs, output }) =>
    [...inputs, output].map((value) => values.get(value)?.count).join(),
  );
  return new Set(sizes).size > 1;
}

/**
 * The value that each channel has that a kernel reads, in all calls; NaN where it varies, or differs between two calls.
 *
 * @returns undefined where nothing is known of what the calls read.
 */
export function constantsOfCalls(
  { calls }: AnalyzedLayer,
  values: Analysis['values'],
): Float64Array | undefined {
  const [first, ...others] = calls.map(({ inputs: [input] }) =>
    input === undefined ? undefined : values.get(input)?.constants,
  );
  return first?.map((constant, channel) =>
    others.every((each) => each?.[channel] === constant) ? constant : Number.NaN,
  );
}

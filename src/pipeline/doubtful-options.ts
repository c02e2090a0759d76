import type { TrainingOption } from '../analysis/index.js';
import { efforts, epochsOf } from '../train/index.js';
import { optionTexts } from './command-line.js';
import type { ParsedOptions } from './parse-options.js';

/** Options of a compression, as they were given. */
type Given = ParsedOptions<'compress'>;

/** The options as they are where nobody gives them. */
const USUAL = {
  forward: 'quantized',
  epochs: undefined,
  learningRate: undefined,
  guidance: undefined,
} as const;

/**
 * The options given that may have spoilt a training, as they are typed: float weights in its forward pass, and fewer
 * epochs than the lowest effort has; where it was worse than rounding, its rate and its guidance too.
 */
export function doubtfulOptions(given: Given, isGivenUp: boolean): ReadonlyMap<TrainingOption, string> {
  const { forward, epochs, data } = given;
  // Of no epochs nothing was trained, which is another matter.
  if (epochs === 0) return new Map();
  const names: TrainingOption[] = [
    ...(forward === 'float' ? (['forward'] as const) : []),
    ...(epochs !== undefined && epochs < epochsOf(efforts[0]!, data !== undefined)
      ? (['epochs'] as const)
      : []),
    ...(isGivenUp ? (['learningRate', 'guidance'] as const) : []),
  ];
  return new Map(names.flatMap((name) => optionTexts(given, [name]).map((text) => [name, text] as const)));
}

/** Options with those left out that a change does without. */
export function withoutOptions<Options extends Pick<Given, TrainingOption>>(
  options: Options,
  without: readonly TrainingOption[],
): Options {
  return { ...options, ...Object.fromEntries(without.map((name) => [name, USUAL[name]])) };
}

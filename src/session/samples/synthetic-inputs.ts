import {
  type InputRange,
  isImage,
  type NoiseRange,
  type RangeRules,
  rangeByRescaling,
  type SyntheticInput,
} from '../../data/index.js';
import type { OutputHead } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';
import { knownSizes } from './known-sizes.js';
import { type InputData, settledRange } from './range-options.js';

/** Values of an int32 input that is neither tokens nor an image: it is a mask, or a segment of two. */
const MASK_VALUES = 2;
/** Classes from which on a softmax as wide as a sequence's steps says that these are one-hot: letters, not sensors. */
const MIN_ALPHABET = 20;
/** Bytes of images: their mean and deviation. */
const BYTES = { mean: 127.5, deviation: 64 };
/** The range of data that isn't bytes, which says nothing of it. */
const AS_IS = 'as-is';
const NO_DATA = { mean: [], deviation: [] };

/**
 * Lists the inputs to synthesise: every size known, the vocabulary of tokens, characters, and the range where the user or a rescaling
 * at the start of the model says it.
 *
 * @throws QgtError `usage` for a range that an input can't have.
 */
export function syntheticInputs(
  { inputs, uses }: Pick<LiveModel, 'inputs' | 'uses'>,
  heads: readonly Pick<OutputHead, 'decision' | 'shape'>[],
  rules: RangeRules = {},
): SyntheticInput[] {
  const facts = factsOf({ inputs, uses });
  const settled = settledRanges(facts, rules);
  return facts.map(({ shape, isWhole, vocabulary }, index) => {
    const { rescaling } = uses[index]!;
    const said = settled[index] ?? (rescaling === null ? null : rangeByRescaling(rescaling, NO_DATA));
    return {
      shape,
      dtype: isWhole ? 'int32' : 'float32',
      limit: vocabulary ?? (isWhole && shape.length < 3 ? MASK_VALUES : null),
      isOneHot: !isWhole && isCharacters(shape, heads),
      range: said === null || said.name === AS_IS ? undefined : noiseIn(said),
    };
  });
}

/**
 * The ranges that the user says, one per input; null where some input has none.
 *
 * @throws QgtError `usage` for a range that an input can't have.
 */
export function saidRanges(
  liveModel: Pick<LiveModel, 'inputs' | 'uses'>,
  rules: RangeRules,
): readonly InputRange[] | null {
  if (Object.keys(rules).length === 0) return null;
  const ranges = settledRanges(factsOf(liveModel), rules);
  return ranges.every((range) => range !== undefined) ? ranges : null;
}

const settledRanges = (facts: readonly InputData[], rules: RangeRules): (InputRange | undefined)[] =>
  facts.map((fact) => settledRange(fact, facts, rules)?.candidates[0]);

/** The inputs beside data as they would take it: images are bytes. */
const factsOf = ({ inputs, uses }: Pick<LiveModel, 'inputs' | 'uses'>): InputData[] =>
  inputs.map(({ name, shape, dtype }, index) => {
    const sizes = knownSizes(shape);
    const { vocabulary } = uses[index]!;
    const isBytes = vocabulary === null && isImage({ shape: sizes });
    return { name, shape: sizes, isBytes, vocabulary, isWhole: dtype === 'int32' };
  });

/** Whether a sequence is of characters, of which the model foretells the next: its steps are as wide as a softmax. */
function isCharacters(
  shape: readonly number[],
  heads: readonly Pick<OutputHead, 'decision' | 'shape'>[],
): boolean {
  const [width] = shape.slice(1);
  if (shape.length !== 2 || width! < MIN_ALPHABET) return false;
  return heads.some((head) => head.decision === 'largest' && head.shape.at(-1) === width);
}

/** Noise in the range that bytes come to, the channels' mean of it. */
function noiseIn({ name, scale, offset }: InputRange): NoiseRange {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    name,
    offset: BYTES.mean * mean(scale) + mean(offset),
    scale: BYTES.deviation * mean(scale),
  };
}

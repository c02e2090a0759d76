import { type Named, QgtError } from '../../core/index.js';
import {
  candidateRanges,
  type InputRange,
  keepsValues,
  keepsWhole,
  OTHER_INPUTS,
  parseInputRange,
  type RangeRules,
  rangeByRescaling,
} from '../../data/index.js';
import type { LiveModel } from '../live-model.js';
import { channelMoments } from './channel-moments.js';
import { rangeByName } from './given-ranges.js';
import type { SampleOptions, SampleSet } from './samples.js';

/** The ranges that an input may have: one where it is settled. */
export interface RangeOptions {
  readonly candidates: readonly InputRange[];
  /** How it was settled, where that may surprise a user. */
  readonly note: string | null;
}

/** An input of the model beside its data. */
export interface InputData extends Named {
  readonly shape: readonly number[];
  readonly isBytes: boolean;
  /** Number of different tokens; null where it holds no tokens. */
  readonly vocabulary: number | null;
  /** Whether the model takes whole numbers alone. */
  readonly isWhole: boolean;
}

/**
 * Lists the ranges that each input may have: the one that the user, its kind or a rescaling at the start of the model
 * says, or else the usual ones.
 *
 * @throws QgtError `usage` for a range by which tokens would be other tokens, or whole numbers none.
 */
export async function rangeOptions(
  liveModel: LiveModel,
  set: SampleSet,
  { inputRange = {}, seed }: Pick<SampleOptions, 'inputRange' | 'seed'>,
): Promise<RangeOptions[]> {
  const inputs = liveModel.inputs.map(({ name, key, dtype }, index): InputData => {
    const { shape, dtype: held } = set.dataset.inputs[index]!;
    const { vocabulary } = liveModel.uses[index]!;
    return { name, key, shape, isBytes: held === 'uint8', vocabulary, isWhole: dtype === 'int32' };
  });
  return Promise.all(
    inputs.map(async (input, index) => {
      const settled = settledRange(input, inputs, inputRange);
      if (settled !== null) return settled;
      const { rescaling } = liveModel.uses[index]!;
      const said = rescaling && rangeByRescaling(rescaling, await channelMoments(set, index, seed));
      return said === null
        ? { candidates: candidateRanges('uint8', channelsOf(input)), note: null }
        : only(
            said,
            `input range ${said.name}${ofInput(input, inputs)}: the rescaling at the start of the model says so`,
          );
    }),
  );
}

/** Ranges that leave bytes as they are. */
const NEUTRAL = ['as-is', '0..255'];

/** The range that the user says, or the kind of the input and of its data; null where neither does. */
export function settledRange(
  input: InputData,
  inputs: readonly InputData[],
  rules: RangeRules,
): RangeOptions | null {
  const own = rangeByName(input, rules);
  if (own !== undefined) return only(checkedRange(input, own), null);
  const others = rules[OTHER_INPUTS];
  const keeps = (why: string): RangeOptions => {
    const surprises = others === undefined ? input.isBytes : !NEUTRAL.includes(others);
    const note = `input range as-is${ofInput(input, inputs)}: ${why}`;
    return only(parseInputRange('as-is', 1), surprises ? note : null);
  };
  if (input.vocabulary !== null) return keeps(`it holds tokens, of ${input.vocabulary}`);
  const [bytes] = inputs.filter(({ isBytes, vocabulary }) => isBytes && vocabulary === null);
  if (others !== undefined && !input.isBytes && bytes !== undefined)
    return keeps(
      `it doesn't hold bytes, as ${bytes.name} does; --input-range ${input.name}=${others} scales it too`,
    );
  const range = others === undefined ? null : parseInputRange(others, channelsOf(input));
  if (input.isWhole && !(range && keepsWhole(range))) return keeps('the model takes whole numbers');
  if (range !== null) return only(range, null);
  return input.isBytes ? null : keeps('it holds no bytes');
}

/** The range that the user gives an input by its name. */
function checkedRange(input: InputData, text: string): InputRange {
  const range = parseInputRange(text, channelsOf(input));
  const { vocabulary, isWhole } = input;
  if (vocabulary === null ? !isWhole || keepsWhole(range) : keepsValues(range)) return range;
  throw new QgtError('usage', {
    where: '--input-range',
    what: vocabulary === null ? 'the model takes whole numbers' : 'tokens would be others when scaled',
    got: `${input.name}=${text}`,
    expected: vocabulary === null ? 'a range that keeps whole numbers' : `as-is, for tokens of ${vocabulary}`,
    remedy: `leave it out, or give --input-range ${input.name}=as-is`,
  });
}

const only = (range: InputRange, note: string | null): RangeOptions => ({ candidates: [range], note });

const channelsOf = ({ shape }: InputData): number => shape.at(-1) ?? 1;

const ofInput = ({ name }: InputData, { length }: readonly InputData[]): string =>
  length === 1 ? '' : ` of ${name}`;

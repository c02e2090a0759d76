import { chooseInputRanges, type InputRange } from '../../data/index.js';
import type { LiveModel } from '../live-model.js';
import { namedRanges } from './named-ranges.js';
import { rangeJudge } from './range-judge.js';
import { type RangeOptions, rangeOptions } from './range-options.js';
import type { SampleOptions, Samples } from './samples.js';

/** The range of each input, and how it was found. */
export interface FoundRanges {
  readonly ranges: readonly InputRange[];
  /** All that were tried on labels, a range for each input; empty where there was no choice. */
  readonly tried: readonly (readonly InputRange[])[];
  readonly notes: readonly string[];
}

/** Finds how each input is scaled for the model: as the user or the model says, or by what suits the model best. */
export async function findRanges(
  liveModel: LiveModel,
  { training, heads }: Pick<Samples, 'training' | 'heads'>,
  options: Pick<SampleOptions, 'inputRange' | 'seed' | 'signal' | 'onProgress'>,
): Promise<FoundRanges> {
  const inputs = await rangeOptions(liveModel, training, options);
  const notes = inputs.flatMap(({ note }) => note ?? []);
  const candidates = inputs.map((input) => input.candidates);
  const judge = candidates.some(({ length }) => length > 1)
    ? rangeJudge({ liveModel, training, heads, options })
    : null;
  const { best, scores } = await chooseInputRanges(
    candidates,
    async (ranges) => judge?.score(ranges) ?? 0,
    judge?.margin,
  );
  const textOf = (ranges: readonly InputRange[]) => chosenText(liveModel, inputs, ranges);
  if (judge !== null) {
    const figures = scores.map(({ ranges, score }) => `${textOf(ranges)} ${judge.figure(score)}`).join(', ');
    notes.push(`input range ${textOf(best)}: ${judge.describe()} (${figures})`);
  } else if (scores.length > 0)
    notes.push(
      `input range ${textOf(best)} taken, since there is nothing to choose by, such as labels; set it with --input-range`,
    );
  for (const text of notes) options.onProgress({ kind: 'note', text });
  const isByLabels = judge !== null && training.dataset.labels.kind !== 'none';
  return { ranges: best, tried: isByLabels ? scores.map(({ ranges }) => ranges) : [], notes };
}

/** The ranges of the inputs that had a choice. */
function chosenText(
  liveModel: LiveModel,
  options: readonly RangeOptions[],
  ranges: readonly InputRange[],
): string {
  const open = namedRanges(liveModel, ranges).filter((_, index) => options[index]!.candidates.length > 1);
  return liveModel.inputs.length === 1
    ? open[0]!.range
    : open.map(({ input, range }) => `${input} ${range}`).join(', ');
}

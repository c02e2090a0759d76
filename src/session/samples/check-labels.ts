import type { OutputMeasurement } from '../../metrics/index.js';
import { inputRangesText } from '../../report/index.js';
import type { LiveModel } from '../live-model.js';
import { chanceWarning } from './chance-warning.js';
import type { FoundRanges } from './find-ranges.js';
import { type FigureFit, type LabelFit, labelFit } from './label-fit.js';
import { r2Text } from './labelling-notes.js';
import { namedRanges } from './named-ranges.js';
import { findOtherOrder, type OtherOrder } from './other-order.js';
import type { SampleOptions, Samples } from './samples.js';

/** Samples whose labels, heads and input range are settled, and how the float model's answers go with the labels. */
export interface CheckedSamples {
  readonly samples: Pick<Samples, 'training' | 'heads'>;
  readonly fit: LabelFit | null;
  readonly found: FoundRanges;
}

/**
 * Checks the labels by the float model: whether it is right up to the order of its classes, no better than chance, or
 * explains nothing of values.
 *
 * @param labellings  How many ways to read the labels this one is the best of.
 */
export async function checkLabels(
  liveModel: LiveModel,
  { samples, fit, found }: CheckedSamples,
  labellings: number,
  options: SampleOptions,
): Promise<string | null> {
  if (fit === null) return null;
  if (fit.kind === 'figures') return valueWarning(fit);
  const { dataset } = samples.training;
  const order = findOtherOrder(fit, dataset);
  if (order !== null) return order.text;
  const chance = chanceWarning(fit, dataset, labellings * Math.max(1, found.tried.length));
  return chance && ((await orderInOtherRange(liveModel, samples, found.tried, options)) ?? chance);
}

function valueWarning({ outputs, samples }: FigureFit): string | null {
  // NaN is no better than 0.
  const unexplained = outputs.filter(({ metric, value }) => metric === 'r2' && !(value! > 0));
  if (unexplained.length === 0) return null;
  const whose = ({ name }: OutputMeasurement) => (outputs.length === 1 ? '' : ` on output ${name}`);
  const figures = unexplained.map((output) => `${r2Text(output.value!)}${whose(output)}`).join(', ');
  return `R2 of the float model is ${figures} on ${samples} samples, where the mean of the labels has 0; check the scale of inputs (--input-range) and labels, and whether the labels are this model's`;
}

/** By labels in a wrong order a wrong input range may have looked best: the order shows in the right one. */
async function orderInOtherRange(
  liveModel: LiveModel,
  samples: Pick<Samples, 'training' | 'heads'>,
  tried: FoundRanges['tried'],
  options: SampleOptions,
): Promise<string | null> {
  let best: OtherOrder | null = null;
  for (const ranges of tried) {
    const fit = await labelFit(liveModel, samples, ranges, options);
    const found = fit?.kind === 'classes' ? findOtherOrder(fit, samples.training.dataset) : null;
    if (found !== null && found.share > (best?.share ?? 0))
      best = {
        ...found,
        text: `with input range ${inputRangesText(namedRanges(liveModel, ranges))} ${found.text}`,
      };
  }
  return best?.text ?? null;
}

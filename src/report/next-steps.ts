import { byGain, firstRemedy } from './remedies.js';
import type { Report } from './report.js';

/** Something to do about a model. */
export interface NextStep {
  /** The change and its gain: `3 bits: +4.9 points for 27,130 bytes`. */
  readonly text: string;
  /** Why, where that is known of a layer; else empty. */
  readonly reason: string;
  /** The command to copy, or the options to add to it. */
  readonly command: string;
}

/** The steps to take next, the first one first: the advice for the whole model, or else the remedies of layers. */
export function nextSteps({ advice, layers }: Pick<Report, 'advice' | 'layers'>): NextStep[] {
  if (advice.length > 0)
    return advice.map(({ text, command, option }) => ({
      text,
      reason: '',
      command: command === '' ? option : command,
    }));
  return byGain(layers).flatMap((layer) => {
    const remedy = firstRemedy(layer);
    if (remedy === undefined) return [];
    return [{ text: remedy.text, reason: layer.verdict?.reason ?? '', command: remedy.option }];
  });
}

import type { TimedOptions } from '../compression/index.js';
import { type StageControls, silent } from '../core/index.js';
import { aimsAtDrop } from '../plan/goal.js';
import type { ParsedOptions } from './parse-options.js';

/** Share of the time left that synthesising inputs may take. */
const SYNTHESIS_SHARE = 0.25;

/** Derives the options of `openSamples` from those of a compression. */
export function sampleOptions(
  options: Omit<ParsedOptions<'compress'>, 'resume'> & TimedOptions,
  { onProgress = silent, signal, checkpoints, clock }: StageControls,
) {
  const { synthesisSamples, synthesisSteps } = options;
  return {
    ...options,
    purpose: 'train' as const,
    decidesDrop: aimsAtDrop(options),
    synthesis: {
      // Where nothing is trained, inputs are only measured on.
      worth: options.epochs === 0 ? ('measurement' as const) : ('training' as const),
      samples: synthesisSamples,
      steps: synthesisSteps,
      ...(clock?.isLimited && { maxMs: SYNTHESIS_SHARE * clock.leftMs, runMs: clock.leftMs }),
    },
    onProgress,
    signal,
    checkpoints,
  };
}

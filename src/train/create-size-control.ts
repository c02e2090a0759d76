import type { GuidedKernel } from './guided-kernel.js';
import { PenaltyControl } from './penalty-control.js';
import type { SizeControl, SizeControlOptions } from './size-control.js';
import { SteadySize } from './steady-size.js';

/**
 * The control that suits how codes are counted: those that are counted once follow a penalty at once; others follow late, so
 * that it is raised and lowered by steps.
 */
export function createSizeControl(
  kernels: readonly GuidedKernel[],
  options: SizeControlOptions,
): SizeControl {
  return options.counts === 'once' ? new SteadySize(kernels, options) : new PenaltyControl(kernels, options);
}

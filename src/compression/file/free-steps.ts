import { uint8 } from '../../quantize/index.js';
import type { RoundedWeights } from './rounding.js';

/** Whether the steps of a kernel are those of uint8 weights, which may be others, and no range was set for them. */
export function hasFreeSteps({ plan, grids }: RoundedWeights, name: string): boolean {
  return grids.get(name)?.quantizer.name === uint8.name && plan.get(name)?.grid?.clip === 1;
}

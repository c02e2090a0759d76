import { uint8, uniform } from '../../quantize/index.js';
import type { PlanByName } from './rounding.js';

/**
 * A plan in which kernels of the uint8 quantizer, whose channels share one step, have a step for each channel.
 *
 * @param mayChange  Left out: all of them.
 */
export function withOwnSteps(
  plan: PlanByName,
  mayChange: (name: string) => boolean = () => true,
): PlanByName {
  const changed = new Map(plan);
  for (const [name, planned] of plan) {
    if (planned.grid?.quantizer === uint8.name && mayChange(name))
      changed.set(name, { ...planned, grid: { ...planned.grid, quantizer: uniform.name } });
  }
  return changed;
}

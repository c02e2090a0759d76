import type { NamedTensor } from '../../core/index.js';
import { affine, uint8, uniform } from '../../quantize/index.js';
import { hasFreeSteps } from './free-steps.js';
import { type PlanByName, type RoundedWeights, roundWeights } from './rounding.js';

/** A plan in which kernels of the uint8 quantizer, whose channels share one step, have a step for each channel. */
export function withOwnSteps(plan: PlanByName): PlanByName {
  return changed(plan, uniform.name, () => true);
}

function changed(plan: PlanByName, quantizer: string, mayChange: (name: string) => boolean): PlanByName {
  return new Map(
    Array.from(plan, ([name, planned]) => {
      const { grid } = planned;
      const free = grid !== null && grid.quantizer === uint8.name && mayChange(name);
      return [name, free ? { ...planned, grid: { ...grid, quantizer } } : planned];
    }),
  );
}

/**
 * Gives each channel of the kernels with free steps as many as its own range has, wherever that lies; errors cancel out in
 * each.
 */
export function roundedByOwnSteps(rounded: RoundedWeights, weights: readonly NamedTensor[]): RoundedWeights {
  const plan = changed(rounded.plan, affine.name, (name) => hasFreeSteps(rounded, name));
  return roundWeights(weights, plan);
}

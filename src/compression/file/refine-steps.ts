import { UNLIMITED } from '../../core/index.js';
import type { Evaluation } from '../../session/index.js';
import { type CheckSamples, checkMs, openCheckSamples } from './check-samples.js';
import { COARSER_STEPS, type Coarsest, coarsestSteps, nearestSteps } from './coarsest-steps.js';
import { hasFreeSteps } from './free-steps.js';
import { roundedByOwnSteps } from './own-steps.js';
import { floatWeights } from './packing.js';
import type { RoundedWeights } from './rounding.js';
import { excessOf, isWorthwhile, MAX_LEFT, roundingNoise, total } from './rounding-noise.js';
import { KernelSparer, SPARING, type SparedWeights } from './spare-worst.js';

const MAX_SAMPLES = 256;
/** Enough to tell which kernels do most of the damage. */
const SPARING_SAMPLES = 16;

/** Rounded weights, and notes on their steps. */
export interface SteppedWeights {
  readonly rounded: RoundedWeights;
  readonly notes: readonly string[];
}

/** The same, beside how far the noise of each output is above what may be left. */
interface Candidate extends SteppedWeights {
  readonly excess: readonly number[];
}

/**
 * Chooses the steps of kernels that have those of uint8 weights: as large as leaves every output as near to the float
 * model's as the nearest uint8 weights do; and where an output has much noise all the same, what takes half of it away or
 * leaves little: a size for each channel, then a few kernels in float, then both. Where there is no time to find out,
 * the nearest ones are taken.
 *
 * @param rounded  Other kernels in it, and those with a range of their own, stay as they are.
 */
export async function refineSteps(evaluation: Evaluation, rounded: RoundedWeights): Promise<SteppedWeights> {
  const weights = floatWeights(evaluation.liveModel);
  if (!weights.some(({ name }) => hasFreeSteps(rounded, name))) return { rounded, notes: [] };
  const { clock = UNLIMITED } = evaluation;
  if (!clock.allows(COARSER_STEPS, checkMs(evaluation, MAX_SAMPLES)))
    return { rounded: nearestSteps(rounded, weights), notes: [noteOn(1)] };
  const samples = await openCheckSamples(evaluation, MAX_SAMPLES);
  try {
    const coarsest = await coarsestSteps(evaluation, samples, rounded);
    const excess = excessOf(evaluation, coarsest.noise, MAX_LEFT);
    const coarse = { rounded: coarsest.rounded, excess, notes: [noteOn(coarsest.factor)] };
    return total(excessOf(evaluation, coarsest.noise)) === 0
      ? coarse
      : await finer({ evaluation, samples, rounded }, coarse, coarsest.tryMs);
  } finally {
    samples.dispose();
  }
}

/** A search for steps. */
interface Search {
  readonly evaluation: Evaluation;
  readonly samples: CheckSamples;
  /** Weights whose steps are searched. */
  readonly rounded: RoundedWeights;
}

async function finer(
  { evaluation, samples, rounded }: Search,
  coarse: Candidate,
  tryMs: Coarsest['tryMs'],
): Promise<Candidate> {
  const { clock = UNLIMITED, liveModel } = evaluation;
  const candidate = async (tried: RoundedWeights, notes: readonly string[]): Promise<Candidate> => ({
    rounded: tried,
    notes,
    excess: excessOf(evaluation, await roundingNoise(evaluation, samples, tried), MAX_LEFT),
  });
  if (!clock.allows(OWN_STEPS, tryMs)) return coarse;
  const own = await candidate(roundedByOwnSteps(rounded, floatWeights(liveModel)), [OWN_STEPS_NOTE]);
  let best = isWorthwhile(own.excess, coarse.excess) ? own : coarse;
  if (total(best.excess) === 0) return best;
  const mayStay = (name: string) => hasFreeSteps(rounded, name) && !isSetByUser(rounded, name);
  for (const { base, spared } of await sparedOf(evaluation, [coarse, own], mayStay)) {
    if (spared.spared.length === 0) continue;
    const tried = await candidate(spared.rounded, [...base.notes, noteOnSpared(spared.spared)]);
    if (isWorthwhile(tried.excess, best.excess)) best = tried;
  }
  return best;
}

/** Candidates with a few kernels in float; none where there is no time to find them. */
async function sparedOf(
  evaluation: Evaluation,
  candidates: readonly [Candidate, Candidate],
  mayStay: (name: string) => boolean,
): Promise<{ readonly base: Candidate; readonly spared: SparedWeights }[]> {
  const { clock = UNLIMITED } = evaluation;
  if (!clock.allows(SPARING, checkMs(evaluation, SPARING_SAMPLES))) return [];
  const few = await openCheckSamples(evaluation, SPARING_SAMPLES);
  try {
    const sparer = new KernelSparer(evaluation, few);
    const kernels = await sparer.worstFirst(candidates[1].rounded, mayStay);
    const found = [];
    for (const base of candidates) found.push({ base, spared: await sparer.spare(base.rounded, kernels) });
    return found;
  } finally {
    few.dispose();
  }
}

/** Whether `--layer` names the width of a kernel. */
function isSetByUser({ plan }: RoundedWeights, name: string): boolean {
  return plan.get(name)!.reason.startsWith('--layer');
}

const OWN_STEPS = 'steps of its own size for each channel';

const OWN_STEPS_NOTE =
  'each channel of a kernel has steps of its own size: with steps of one size, as in uint8 weights, an output is below ' +
  '30 dB (softmax: 20 dB)';

function noteOn(factor: number): string {
  return `all channels of a kernel have steps of one size, ${factor === 1 ? 'those' : `${factor} times those`} of the converter's uint8 weights, and no output has more noise than with these; --quantizer uniform gives each channel steps of its own, in a larger file`;
}

const noteOnSpared = (names: readonly string[]): string =>
  `left in float, since at 8 bits they made most of the noise of an output below 30 dB (softmax: 20 dB): ${names.join(', ')}`;

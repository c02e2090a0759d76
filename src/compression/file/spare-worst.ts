import { type NamedTensor, type RunClock, sizeOf, UNLIMITED } from '../../core/index.js';
import type { Evaluation } from '../../session/index.js';
import type { CheckSamples } from './check-samples.js';
import { floatWeights } from './packing.js';
import { type RoundedWeights, storeTensors } from './rounding.js';
import { excessOf, roundingNoise, total } from './rounding-noise.js';

/** Noise that is still too much, as a share of what puts grids in question: it leaves room on other samples. */
const AIM = 0.5;
/** A kernel that alone makes less than that share of an output's noise is not worth a try. */
const MIN_SHARE = 0.02;
/** Share of the rounded weights that may stay in float. */
const MAX_SHARE = 0.15;

/** Work that a run without time leaves out. */
export const SPARING = 'the search for kernels that are better left in float';

/** Weights of which a few kernels may be in float. */
export interface SparedWeights {
  readonly rounded: RoundedWeights;
  /** Names of those kernels. */
  readonly spared: readonly string[];
}

/** A search for kernels that are better left in float, on a few samples. */
export class KernelSparer {
  readonly #evaluation: Evaluation;
  readonly #samples: CheckSamples;
  readonly #weights: readonly NamedTensor[];
  readonly #pace: Pace;

  constructor(evaluation: Evaluation, samples: CheckSamples) {
    this.#evaluation = evaluation;
    this.#samples = samples;
    this.#weights = floatWeights(evaluation.liveModel);
    this.#pace = new Pace(evaluation.clock ?? UNLIMITED);
  }

  /**
   * Lists kernels that are worth a try, by the noise that each makes alone for its size, of outputs that have too much.
   *
   * @param mayStay  Tells whether a kernel may stay in float.
   * @returns none where there is no time for all.
   */
  async worstFirst(rounded: RoundedWeights, mayStay: (name: string) => boolean): Promise<NamedTensor[]> {
    const left = this.#budget(rounded);
    const small = this.#weights.filter(({ name, shape }) => mayStay(name) && sizeOf(shape) <= left);
    const all = await this.#noiseOf(rounded);
    const noisy = excessOf(this.#evaluation, all, AIM).map((excess) => excess > 0);
    const measured: { readonly kernel: NamedTensor; readonly harm: number }[] = [];
    for (const kernel of small) {
      // Each is tried once more, together with those before it.
      if (!this.#pace.allows(2 * small.length - measured.length)) return [];
      const alone = await this.#noiseOf(aloneRounded(rounded, this.#weights, kernel.name));
      const shares = alone.map((each, output) => (noisy[output] ? (each ?? 0) / all[output]! : 0));
      measured.push({ kernel, harm: total(shares) });
    }
    const worth = ({ kernel, harm }: (typeof measured)[number]) => harm / sizeOf(kernel.shape);
    return measured
      .filter(({ harm }) => harm >= MIN_SHARE)
      .sort((a, b) => worth(b) - worth(a))
      .map(({ kernel }) => kernel);
  }

  /** Leaves kernels in float, in this order, until no output has too much noise or a seventh of the weights is spent. */
  async spare(rounded: RoundedWeights, kernels: readonly NamedTensor[]): Promise<SparedWeights> {
    const excess = async (tried: RoundedWeights) =>
      total(excessOf(this.#evaluation, await this.#noiseOf(tried), AIM));
    const spared: string[] = [];
    let [best, above, left] = [rounded, await excess(rounded), this.#budget(rounded)];
    for (const { name, shape } of kernels) {
      if (above === 0) break;
      if (sizeOf(shape) > left) continue;
      if (!this.#pace.allows(1)) break;
      const tried = inFloat(best, this.#weights, [name]);
      const remaining = await excess(tried);
      if (remaining >= above) continue;
      [best, above, left] = [tried, remaining, left - sizeOf(shape)];
      spared.push(name);
    }
    return { rounded: best, spared };
  }

  async #noiseOf(rounded: RoundedWeights): Promise<(number | null)[]> {
    const noise = await roundingNoise(this.#evaluation, this.#samples, rounded);
    this.#pace.tried();
    return noise;
  }

  /** Weights that may stay in float. */
  #budget({ grids }: RoundedWeights): number {
    const sizes = this.#weights.map(({ name, shape }) => (grids.has(name) ? sizeOf(shape) : 0));
    return MAX_SHARE * sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** Time of tries, as the first ones took. */
class Pace {
  readonly #clock: RunClock;
  readonly #startedAt: number;
  #done = 0;

  constructor(clock: RunClock) {
    this.#clock = clock;
    this.#startedAt = clock.elapsedMs;
  }

  /** Whether there is time for so many more; for the first there is, by which the time of one is known. */
  allows(tries: number): boolean {
    const meanMs = this.#done === 0 ? 0 : (this.#clock.elapsedMs - this.#startedAt) / this.#done;
    return this.#clock.allows(SPARING, tries * meanMs);
  }

  tried(): void {
    this.#done++;
  }
}

/** One kernel rounded, and all others in float. */
function aloneRounded(
  rounded: RoundedWeights,
  weights: readonly NamedTensor[],
  name: string,
): RoundedWeights {
  return inFloat(
    rounded,
    weights,
    [...rounded.grids.keys()].filter((other) => other !== name),
  );
}

function inFloat(
  { plan: planned, grids: fitted }: RoundedWeights,
  weights: readonly NamedTensor[],
  names: readonly string[],
): RoundedWeights {
  const [plan, grids] = [new Map(planned), new Map(fitted)];
  for (const name of names) {
    plan.set(name, { name, grid: null, reason: 'at 8 bits it made an output too noisy' });
    grids.delete(name);
  }
  return { plan, grids, stored: storeTensors(weights, plan, grids) };
}

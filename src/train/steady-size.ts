import { z } from 'zod';
import * as tf from '../engine/tf.js';
import { BIT_WORTH } from './entropy-penalty.js';
import { type GuidedKernel, refit, stateOf } from './guided-kernel.js';
import type { SizeControl, SizeControlOptions } from './size-control.js';
import { takeSnapshot } from './snapshot.js';
import { parsedState } from './state-schemas.js';
import type { Phase } from './step.js';

/** The least and the highest penalty that are looked for, in units of the error of rounding to 2 bits; 0 is tried too. */
const MIN_PENALTY = 1e-3;
const MAX_PENALTY = 10;
/** A file takes so much of the size at least once its penalty is found, if there is one that does it. */
const CLOSE_ENOUGH = 0.996;
/** Least share of the size that a file uses whose weights are kept. */
const MIN_USED = 0.995;
/** Halvings of what lies between the least and the highest penalty. */
const MAX_TRIALS = 14;
/** Rounds after which codes and scale agree. */
const ROUNDS = 4;

const stateSchema = z.object({ penalty: z.number() });

/**
 * Finds after each epoch the penalty at which the weights as they are make a file of the size wanted.
 *
 * The codes of its kernels are counted once, so that a file follows the penalty at once and in both directions. Kernels
 * with too many levels for a penalty get a coarser scale instead, where a bit is worth as much of their error.
 */
export class SteadySize implements SizeControl {
  readonly #penalized: readonly GuidedKernel[];
  readonly #coarsened: readonly GuidedKernel[];
  readonly #options: SizeControlOptions;
  #penalty = 0;

  constructor(kernels: readonly GuidedKernel[], options: SizeControlOptions) {
    this.#penalized = kernels.filter(({ entropyPenalty }) => entropyPenalty !== undefined);
    this.#coarsened = kernels.filter(({ keepsScale }) => keepsScale);
    this.#options = options;
  }

  /** Goes half of the way: training makes a file smaller too, and what a penalty took away hardly comes back. */
  async begin(): Promise<void> {
    const { mostBytes, measureBytes } = this.#options;
    await this.#settle(Math.sqrt(mostBytes * Math.max(mostBytes, await measureBytes())));
  }

  /** Makes the file as large as it may be; once the kernels lie on their grid it is only measured. */
  async fits(phase: Phase): Promise<boolean> {
    const { mostBytes, measureBytes } = this.#options;
    const bytes = phase === 'snapped' ? await measureBytes() : await this.#settle(mostBytes);
    return bytes <= mostBytes && (bytes >= MIN_USED * mostBytes || this.#penalty === 0);
  }

  stuck(): null {
    return null;
  }

  /** The penalty was set when the epoch ended. */
  adjust(): void {}

  async trim(): Promise<boolean> {
    const { mostBytes } = this.#options;
    return (await this.#settle(mostBytes)) <= mostBytes;
  }

  state(): z.output<typeof stateSchema> {
    return { penalty: this.#penalty };
  }

  resume(state: unknown): void {
    this.#penalty = parsedState(stateSchema, state).penalty;
  }

  /** @returns The bytes of the file under the lowest penalty that makes it small enough. */
  async #settle(mostBytes: number): Promise<number> {
    const { measureBytes } = this.#options;
    const isClose = (bytes: number) => bytes <= mostBytes && bytes >= CLOSE_ENOUGH * mostBytes;
    const now = await measureBytes();
    if (isClose(now) || (now <= mostBytes && this.#penalty === 0)) return now;
    const before = { penalty: this.#penalty, state: takeSnapshot(this.#variables()) };
    const bytesAt = async (penalty: number): Promise<number> => {
      before.state.restore();
      this.#apply(penalty, before.penalty);
      return measureBytes();
    };
    try {
      const unpenalized = await bytesAt(0);
      if (unpenalized <= mostBytes) return unpenalized;
      let [low, high] = [MIN_PENALTY, MAX_PENALTY];
      for (let trial = 0; trial < MAX_TRIALS; trial++) {
        const middle = Math.sqrt(low * high);
        const bytes = await bytesAt(middle);
        if (isClose(bytes)) return bytes;
        if (bytes <= mostBytes) high = middle;
        else low = middle;
      }
      return await bytesAt(high);
    } finally {
      before.state.dispose();
    }
  }

  #variables(): tf.Variable[] {
    return [...this.#penalized, ...this.#coarsened].flatMap(stateOf);
  }

  /** Chooses codes and scales under a penalty, where they were chosen under another one before. */
  #apply(penalty: number, before: number): void {
    this.#penalty = penalty;
    this.#options.factor.assign(tf.tidy(() => tf.scalar(penalty)));
    const ratio = coarseness(penalty) / coarseness(before);
    tf.tidy(() => {
      for (const { scale } of this.#coarsened) scale.assign(tf.mul(scale, ratio));
    });
    for (let round = 0; round < ROUNDS; round++)
      for (const kernel of this.#penalized) refit(kernel).dispose();
  }
}

/**
 * How many times as large as without a penalty a scale is under which a bit is worth the penalty.
 *
 * The error of many even levels is in proportion to the square of their scale, and a bit is worth `2 ln(2)` times as much.
 */
function coarseness(penalty: number): number {
  return Math.max(1, Math.sqrt(penalty / BIT_WORTH));
}

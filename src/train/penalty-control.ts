import { z } from 'zod';
import * as tf from '../engine/tf.js';
import { type GuidedKernel, refit, stateOf } from './guided-kernel.js';
import type { SizeControl, SizeControlOptions } from './size-control.js';
import { takeSnapshot } from './snapshot.js';
import { anyNumber, parsedState } from './state-schemas.js';

/** The least that a bit costs: of 4 bits, a fiftieth of what it is worth, `2 ln(2)` times the error that is left there. */
export const MIN_PENALTY = 3e-4;
/**
 * The most that a bit may cost: the mean square of a weight. Above that a file hardly shrinks, and the model is lost
 * (docs/decisions/0012-price-on-bits.md).
 */
const MAX_PENALTY = 1;
/** The file is aimed at a little below the limit, so that most epochs end below it. */
const AIM = 0.995;
/** A file that is trimmed uses so much of the limit at least, if a penalty can be found that does. */
const CLOSE_ENOUGH = 0.997;
/** So many times in proportion the penalty follows the size: a penalty ten times as high makes a file a fifth smaller. */
const GAIN = 5;
/** By which the penalty is multiplied or divided at most; its root is what counts after each time that it went too far. */
const MAX_CHANGE = 1.6;
/** A penalty that was raised by so much has to show in the file. */
const TELLING_CHANGE = 1.25;
/** Its effect in an epoch, as a share of the bytes that are too many; more is asked for where it can't be raised again. */
const MIN_EFFECT = { raised: 0.1, highest: 0.5 };
/** Rounds after which the codes, how often each is taken, and the scale agree. */
const ROUNDS = 8;
/** Halvings of what lies between the least and the highest penalty. */
const MAX_TRIALS = 12;

/** State of a control, without the penalty itself. */
const stateSchema = z.object({
  bytes: anyNumber,
  maxChange: z.number(),
  wasTooLarge: z.boolean().nullable(),
  before: z.object({ penalty: anyNumber, bytes: anyNumber }),
  isTold: z.boolean(),
});

/** Raises and lowers the penalty that all kernels share, so that the file comes to the size wanted. */
export class PenaltyControl implements SizeControl {
  readonly #kernels: readonly GuidedKernel[];
  readonly #options: SizeControlOptions;
  #bytes = Number.POSITIVE_INFINITY;
  #maxChange = MAX_CHANGE;
  #wasTooLarge: boolean | null = null;
  /** At the end of the epoch before. */
  #before = { penalty: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  #isTold = false;

  constructor(kernels: readonly GuidedKernel[], options: SizeControlOptions) {
    this.#kernels = kernels.filter(({ entropyPenalty }) => entropyPenalty !== undefined);
    this.#options = options;
  }

  async begin(): Promise<void> {
    await this.trim();
  }

  /** Measures the file; once an epoch. @returns Whether it is small enough. */
  async fits(): Promise<boolean> {
    this.#bytes = await this.#options.measureBytes();
    return this.#bytes <= this.#options.mostBytes;
  }

  /** Why the size won't be reached, once: a higher penalty hardly makes the file smaller; null: it may be. */
  stuck(): string | null {
    const { mostBytes, remedy } = this.#options;
    const factor = this.#factor;
    const { penalty, bytes } = this.#before;
    this.#before = { penalty: factor, bytes: this.#bytes };
    const isHighest = factor >= MAX_PENALTY;
    if (this.#isTold || this.#bytes <= mostBytes || !(isHighest || factor >= TELLING_CHANGE * penalty))
      return null;
    const least = isHighest ? MIN_EFFECT.highest : MIN_EFFECT.raised;
    if (bytes - this.#bytes >= least * (this.#bytes - mostBytes)) return null;
    this.#isTold = true;
    return (
      `the file takes ${this.#bytes} bytes, where ${mostBytes} are wanted, and a higher entropy penalty hardly makes it ` +
      `smaller: ${remedy}`
    );
  }

  /** Raises or lowers the penalty by how far the file that was measured last is from the size wanted. */
  adjust(): void {
    const wanted = (this.#bytes / (AIM * this.#options.mostBytes)) ** GAIN;
    const isTooLarge = wanted > 1;
    if (this.#wasTooLarge === !isTooLarge) this.#maxChange = Math.sqrt(this.#maxChange);
    this.#wasTooLarge = isTooLarge;
    const change = Math.min(this.#maxChange, Math.max(1 / this.#maxChange, wanted));
    this.#setFactor(Math.max(MIN_PENALTY, change * this.#factor));
  }

  /**
   * Raises the penalty, where the file is too large, to the lowest at which the weights as they are make one that is
   * small enough; to the highest where there is none.
   *
   * @returns Whether the file is small enough then.
   */
  async trim(): Promise<boolean> {
    if (await this.fits()) return true;
    const before = takeSnapshot(this.#kernels.flatMap(stateOf));
    const bytesAt = async (penalty: number): Promise<number> => {
      before.restore();
      this.#chooseCodes(penalty);
      return this.#options.measureBytes();
    };
    const { mostBytes } = this.#options;
    let [low, high] = [this.#factor, MAX_PENALTY];
    let bytes = await bytesAt(high);
    for (
      let trial = 0;
      trial < MAX_TRIALS && bytes <= mostBytes && bytes < CLOSE_ENOUGH * mostBytes;
      trial++
    ) {
      const middle = Math.sqrt(low * high);
      const tried = await bytesAt(middle);
      if (tried <= mostBytes) [high, bytes] = [middle, tried];
      else low = middle;
    }
    this.#bytes = await bytesAt(high);
    before.dispose();
    return this.#bytes <= mostBytes;
  }

  state(): z.output<typeof stateSchema> {
    return {
      bytes: this.#bytes,
      maxChange: this.#maxChange,
      wasTooLarge: this.#wasTooLarge,
      before: this.#before,
      isTold: this.#isTold,
    };
  }

  resume(state: unknown): void {
    const { bytes, maxChange, wasTooLarge, before, isTold } = parsedState(stateSchema, state);
    this.#bytes = bytes;
    this.#maxChange = maxChange;
    this.#wasTooLarge = wasTooLarge;
    this.#before = before;
    this.#isTold = isTold;
  }

  #chooseCodes(penalty: number): void {
    this.#setFactor(penalty);
    for (let round = 0; round < ROUNDS; round++) for (const kernel of this.#kernels) refit(kernel).dispose();
  }

  get #factor(): number {
    return this.#options.factor.dataSync()[0]!;
  }

  #setFactor(value: number): void {
    this.#options.factor.assign(tf.tidy(() => tf.scalar(Math.min(MAX_PENALTY, value))));
  }
}

import { z } from 'zod';
import type * as tf from '../engine/tf.js';
import { type Snapshot, snapshotOf, takeSnapshot } from './snapshot.js';
import { anyNumber } from './state-schemas.js';
import { valuesSchema } from './variable-values.js';

/** A state of the variables at the end of an epoch, and how it did on the held-out samples. */
export interface ScoredState {
  readonly epoch: number;
  /** More is better. */
  readonly score: number;
  /** Whether the file would be small enough. */
  readonly fits: boolean;
}

/** How the best state that is small enough and the last one did, both on their grid and with their final statistics. */
export interface FinalScores {
  readonly best: number;
  readonly last: number;
  readonly isLastSmallEnough: boolean;
  /** Name of the score, where the figures that are shown are of something else. */
  readonly scoredBy?: string | undefined;
}

/** Why the best state is to be taken; null where the last one is. */
export function advantageOf({ best, last, isLastSmallEnough, scoredBy }: FinalScores): string | null {
  if (!isLastSmallEnough) return 'the best within the size';
  const by = scoredBy === undefined ? '' : `, by ${scoredBy}`;
  return best > last ? `better on held-out samples than the last${by}` : null;
}

/** State of the best weights; null: none are kept yet. */
export const bestStateSchema = z
  .object({ epoch: z.int(), score: anyNumber, values: valuesSchema })
  .nullable();

type BestState = z.output<typeof bestStateSchema>;

/** Keeps the variables as they were when they did best on the held-out samples, the latest of equals. */
export class BestWeights {
  readonly #variables: readonly tf.Variable[];
  #best: { readonly epoch: number; readonly score: number; readonly snapshot: Snapshot } | null = null;

  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
  }

  /** The epoch of the state that is kept; null where none was small enough. */
  get epoch(): number | null {
    return this.#best?.epoch ?? null;
  }

  /** Keeps the variables as they are now, where they fit and no state before did better. */
  offer({ epoch, score, fits }: ScoredState): void {
    if (!fits || !(score >= (this.#best?.score ?? Number.NEGATIVE_INFINITY))) return;
    this.dispose();
    this.#best = { epoch, score, snapshot: takeSnapshot(this.#variables) };
  }

  /** Gives the variables the values that are kept. */
  restore(): void {
    this.#best?.snapshot.restore();
  }

  state(): BestState {
    if (this.#best === null) return null;
    const { epoch, score, snapshot } = this.#best;
    return { epoch, score, values: snapshot.values() };
  }

  resume(state: BestState): void {
    this.dispose();
    if (state === null) return;
    const { epoch, score, values } = state;
    this.#best = { epoch, score, snapshot: snapshotOf(this.#variables, values) };
  }

  /** Frees the values that are kept. */
  dispose(): void {
    this.#best?.snapshot.dispose();
    this.#best = null;
  }
}

import type * as tf from '../engine/tf.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';

/** A state of the variables at the end of an epoch, and how it did on the held-out samples. */
export interface ScoredState {
  readonly epoch: number;
  /** More is better. */
  readonly score: number;
  /** Whether the file would be small enough. */
  readonly fits: boolean;
}

/** Keeps the variables as they were when they did best on the held-out samples, the latest of equals. */
export class BestWeights {
  readonly #variables: readonly tf.Variable[];
  #best: { readonly epoch: number; readonly score: number; readonly snapshot: Snapshot } | null = null;
  #lastFits = true;

  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
  }

  /** The epoch of the state that is kept; null where none was small enough. */
  get epoch(): number | null {
    return this.#best?.epoch ?? null;
  }

  /** Keeps the variables as they are now, where they fit and no state before did better. */
  offer({ epoch, score, fits }: ScoredState): void {
    this.#lastFits = fits;
    if (!fits || !(score >= (this.#best?.score ?? Number.NEGATIVE_INFINITY))) return;
    this.dispose();
    this.#best = { epoch, score, snapshot: takeSnapshot(this.#variables) };
  }

  /** Gives the variables the values that are kept. */
  restore(): void {
    this.#best?.snapshot.restore();
  }

  /**
   * Compares the state that is kept with the last one offered, both on their grid and with their final statistics.
   *
   * @returns Why the state that is kept should be used; null where the last one should.
   */
  advantage(scores: { readonly best: number; readonly last: number }): string | null {
    if (!this.#lastFits) return 'the best within the size';
    return scores.best > scores.last ? 'better on held-out samples than the last' : null;
  }

  /** Frees the values that are kept. */
  dispose(): void {
    this.#best?.snapshot.dispose();
    this.#best = null;
  }
}

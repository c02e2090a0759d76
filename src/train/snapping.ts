import { z } from 'zod';
import { type GuidedKernel, residualsOf } from './guided-kernel.js';
import { arraysByName, numbersByName } from './state-schemas.js';
import { snapToGrid } from './trainee.js';

/** State of a passage. */
export const snappingStateSchema = z.object({
  finished: z.int().nullable(),
  residuals: numbersByName,
  unsnapped: arraysByName,
});

type SnappingState = z.output<typeof snappingStateSchema>;

/** The passage of the kernels to their grid: when it was, and how far from it they were before. */
export class Snapping {
  readonly #kernels: readonly GuidedKernel[];
  /** Epochs finished by then; null: still to come. */
  #finished: number | null = null;
  #residuals: Readonly<Record<string, number>> = {};
  #unsnapped: ReadonlyMap<string, Float32Array> = new Map();

  constructor(kernels: readonly GuidedKernel[]) {
    this.#kernels = kernels;
  }

  /** `residualOf` by kernel: of the weights as they are now, or as they were before they were put on their grid. */
  get residuals(): Readonly<Record<string, number>> {
    if (this.#finished === null) this.#residuals = residualsOf(this.#kernels);
    return this.#residuals;
  }

  /** The kernels as they were before, by name, row-major; empty while that is still to come. */
  get unsnapped(): ReadonlyMap<string, Float32Array> {
    return this.#unsnapped;
  }

  /** Whether the kernels were on their grid at the end of this epoch. */
  precedes(epoch: number): boolean {
    return this.#finished !== null && epoch > this.#finished;
  }

  /**
   * Puts the kernels on their grid.
   *
   * @param finished  Epochs finished by now.
   */
  snap(finished: number): void {
    this.#residuals = residualsOf(this.#kernels);
    this.#unsnapped = snapToGrid(this.#kernels);
    this.#finished = finished;
  }

  /** Forgets it: the kernels have their weights of before. */
  undo(): void {
    this.#unsnapped = new Map();
    this.#finished = null;
  }

  state(): SnappingState {
    const { residuals, unsnapped } = this;
    return { finished: this.#finished, residuals: { ...residuals }, unsnapped: new Map(unsnapped) };
  }

  resume({ finished, residuals, unsnapped }: SnappingState): void {
    this.#finished = finished;
    this.#residuals = residuals;
    this.#unsnapped = unsnapped;
  }
}

import type { OutputHead } from './output-head.js';

/** Sizes of the outputs of models that are compared: one that changes can't be measured, as detections can't. */
export class OutputSizes {
  readonly #names: readonly string[];
  readonly #perSample: (number | undefined)[];
  readonly #changing = new Set<number>();

  constructor(heads: readonly Pick<OutputHead, 'name'>[]) {
    this.#names = heads.map(({ name }) => name);
    this.#perSample = heads.map(() => undefined);
  }

  /**
   * Whether an output of a batch has the size that it had before.
   *
   * @param lengths  Values of the model's output and of the one that it is compared with.
   * @param samples  Samples in the batch.
   */
  isSame(output: number, [own, others]: readonly [number, number], samples: number): boolean {
    const before = this.#perSample[output] ?? others / samples;
    this.#perSample[output] = before;
    if (own === 0 || own !== others || others / samples !== before) this.#changing.add(output);
    return !this.#changing.has(output);
  }

  /** Leaves out the entries of outputs that can't be measured. */
  measured<Entry>(outputs: readonly Entry[]): Entry[] {
    return outputs.filter((_, index) => !this.#changing.has(index));
  }

  /** Names of the outputs that can't be measured. */
  changing(): string[] {
    return this.#names.filter((_, index) => this.#changing.has(index));
  }
}

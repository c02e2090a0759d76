import type { z } from 'zod';
import { type GuidedKernel, levelsOf } from './guided-kernel.js';
import { arraysByName } from './state-schemas.js';

/** Levels of the weights at the last look, by kernel. */
export const codeStateSchema = arraysByName;

type CodeState = z.output<typeof codeStateSchema>;

/** Watches how often weights change their code. */
export class CodeWatch {
  readonly #kernels: readonly GuidedKernel[];
  #last: ReadonlyMap<string, Float32Array>;

  constructor(kernels: readonly GuidedKernel[]) {
    this.#kernels = kernels;
    this.#last = this.#now();
  }

  /** Share of the codes that changed since the previous call, 0 to 1, by kernel. */
  flips(): Record<string, number> {
    const [before, now] = [this.#last, this.#now()];
    this.#last = now;
    return Object.fromEntries(
      [...now].map(([name, levels]) => [name, shareOfChanges(before.get(name)!, levels)]),
    );
  }

  state(): CodeState {
    return new Map(this.#last);
  }

  resume(state: CodeState): void {
    this.#last = state;
  }

  #now(): ReadonlyMap<string, Float32Array> {
    return new Map(this.#kernels.map((kernel) => [kernel.name, levelsOf(kernel)]));
  }
}

function shareOfChanges(before: Float32Array, now: Float32Array): number {
  const changed = now.reduce((count, level, index) => count + (level === before[index] ? 0 : 1), 0);
  return changed / Math.max(1, now.length);
}

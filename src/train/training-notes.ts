import type { OnProgress } from '../core/index.js';

/** Notes on a training; each is shown when it comes. */
export class TrainingNotes {
  readonly #onProgress: OnProgress;
  #texts: string[] = [];

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress;
  }

  get texts(): string[] {
    return this.#texts;
  }

  /** Adds a note, where there is one. */
  add(text: string | null): void {
    if (text === null) return;
    this.#texts.push(text);
    this.#onProgress({ kind: 'note', text });
  }

  resume(texts: string[]): void {
    this.#texts = texts;
  }
}

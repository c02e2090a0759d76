import type { Batch } from '../../src/metrics/targets.js';

/** A model that is set up to be measured in this process. */
export interface Contestant {
  readonly parameters: number;
  readonly versions: Readonly<Record<string, string>>;
  /** A training step on one of the batches it was given, ready on the engine; the loss comes back. */
  step(batch: number): Promise<number>;
  /** The model's answers to images, batch by batch, from typed arrays to typed arrays. */
  pass(images: readonly Batch[]): Promise<void>;
  /** Why the figures are not what the name says; null where they are. */
  caveat(): string | null;
}

/** Makes a contestant of a model.json and the training batches. */
export type CreateContestant = (model: string, batches: readonly Batch[]) => Promise<Contestant>;

import { parentPort } from 'node:worker_threads';
import { findAugmentation } from '../augmentation/index.js';
import type { RowArray } from '../dataset.js';
import { type Preparation, prepare } from './prepare.js';

/** Rows and their preparation, with augmentations by name. */
export interface PreparationMessage {
  readonly rows: RowArray;
  readonly preparation: Omit<Preparation, 'augmentations'> & { readonly augmentations: readonly string[] };
  readonly into?: Float32Array<ArrayBuffer> | undefined;
}

/** `ready` once, then the rows of every message. */
export type PreparationReply = 'ready' | Float32Array<ArrayBuffer>;

parentPort!.on('message', ({ rows, preparation, into }: PreparationMessage) => {
  const augmentations = preparation.augmentations.map(findAugmentation);
  const values = prepare(rows, { ...preparation, augmentations }, into);
  parentPort!.postMessage(values, [values.buffer]);
});

parentPort!.postMessage('ready');

import type { HeadKind } from '../../metrics/index.js';
import type { LossName } from '../loss-names.js';
import { binaryCrossentropy } from './binary-crossentropy.js';
import { crossentropy } from './crossentropy.js';
import type { TaskLoss } from './loss.js';
import { mae } from './mae.js';
import { mse } from './mse.js';

/** Every task loss by its name. */
export const losses: Readonly<Record<LossName, TaskLoss>> = {
  crossentropy,
  'binary-crossentropy': binaryCrossentropy,
  mse,
  mae,
};

/** The loss that goes with a last activation. */
export function defaultLoss(head: HeadKind): LossName {
  return { softmax: 'crossentropy', sigmoid: 'binary-crossentropy', linear: 'mse' }[head] as LossName;
}

import { QgtError } from '../../core/index.js';
import type { Augmentation } from './augmentation.js';
import { cutout } from './cutout.js';
import { flip } from './flip.js';
import { none } from './none.js';
import { shift } from './shift.js';

export type { Augmentation } from './augmentation.js';

/** Every way to vary samples. */
export const augmentations: readonly Augmentation[] = [none, flip, shift, cutout];

/**
 * The augmentations that a list such as `flip,shift` names.
 *
 * @throws QgtError `usage` for a name that is none.
 */
export function parseAugmentations(text: string): Augmentation[] {
  return text.split(',').map((name) => findAugmentation(name.trim()));
}

/**
 * The augmentation of that name.
 *
 * @throws QgtError `usage` for a name that is none.
 */
export function findAugmentation(name: string): Augmentation {
  const found = augmentations.find((augmentation) => augmentation.name === name);
  if (found !== undefined) return found;
  throw new QgtError('usage', {
    where: '--augment',
    what: 'no such augmentation',
    got: name,
    expected: augmentations.map((augmentation) => augmentation.name).join(', '),
    remedy: 'give one or more of them with commas, or auto',
  });
}

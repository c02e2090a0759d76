import type { OnProgress } from '../../core/index.js';
import { type Dataset, outputWidth } from '../../data/index.js';
import { type ModelClasses, readModelClasses } from '../../model/index.js';
import type { LiveModel } from '../live-model.js';

/** Names that a note shows of a list. */
const SHOWN = 3;

/** The class names that lie beside a model with one output. */
export async function findModelClasses({ loaded, outputs }: LiveModel): Promise<ModelClasses | undefined> {
  const [output] = outputs;
  const width = output === undefined || outputs.length > 1 ? undefined : outputWidth(output);
  // One value tells two classes apart.
  return width === undefined ? undefined : readModelClasses(loaded.source, Math.max(2, width));
}

/** Says whether the list beside the model ordered the classes of the data, where the data names its classes. */
export function notesOnModelClasses(
  found: ModelClasses | undefined,
  { labels }: Dataset,
  onProgress: OnProgress,
): string[] {
  if (found === undefined || labels.kind !== 'classes' || labels.orderFrom === undefined) return [];
  const shown = found.names.slice(0, SHOWN).join(', ') + (found.names.length > SHOWN ? ', …' : '');
  const text =
    labels.orderFrom === 'model'
      ? `classes in the order of ${found.file}: ${shown}`
      : `${found.file} names other classes (${shown}) than the data: it is not used`;
  onProgress({ kind: 'note', text });
  return [text];
}

import type { NamedTensor } from '../../core/index.js';
import type { tf } from '../../engine/index.js';
import type { Trainee } from '../../train/index.js';

/** A model and the copy of it that learns, whatever their kind; disposed of when it was trained. */
export interface ModelsInTraining
  extends Pick<Trainee, 'student' | 'teacher' | 'studentHeads' | 'teacherHeads'> {
  /** The copy's weights that may have a grid, by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Remarks on what isn't trained. */
  readonly notes: readonly string[];
  /** All weights of the copy as they are now, in the order of the model's. */
  weights(): NamedTensor[];
  dispose(): void;
}

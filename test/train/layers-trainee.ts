import type { Trainee } from '../../src/train/index.js';
import type { LayersStudent, LayersTeacher } from '../../src/train/layers-models.js';

/** A layers model in training, whose own methods a test asks too. */
export interface LayersTrainee extends Trainee {
  readonly student: LayersStudent;
  readonly teacher: LayersTeacher;
}

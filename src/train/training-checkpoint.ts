import type { CheckpointMoment } from '../core/index.js';
import type { TrainerState } from './trainer-state.js';

/** Place where a training keeps its state. */
export interface TrainingCheckpoint {
  /** Where an interrupted training goes on; null: it begins. */
  readonly begun: TrainerState | null;
  isDue(moment: CheckpointMoment): boolean;
  save(state: TrainerState): Promise<void>;
}

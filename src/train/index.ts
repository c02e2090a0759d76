export { hasBatchNorm, leaveNoTrace, recalibrateBatchNorm, statisticsOf } from './batch-norm-statistics.js';
export { canLearnRounding, learnRounding } from './blocks/learn-rounding.js';
export { distillationLoss } from './distillation.js';
export { awaitedDivergence, createDivergence, type Divergence } from './divergence.js';
export { type Effort, efforts, epochsOf, findEffort } from './efforts.js';
export { type CodeCounts, MAX_LEVELS_WITH_PENALTY } from './entropy-penalty.js';
export { fineTune } from './fine-tune.js';
export { forwardRecipes } from './forward.js';
export {
  disposeKernel,
  type GuidedKernel,
  gridOf,
  guideKernel,
  onGrid,
} from './guided-kernel.js';
export { layersStudent, layersTeacher, outputsOf } from './layers-models.js';
export type { StudentModel, TeacherModel } from './models.js';
export { MIN_PENALTY } from './penalty-control.js';
export type { SizeControlOptions } from './size-control.js';
export { workOfStatistics } from './student-statistics.js';
export { type Limits, TIMED_STEPS } from './time-budget.js';
export { type Batches, predictOnGrid, type Trainee, variablesOf } from './trainee.js';
export { type TrainerState, trainerStateSchema } from './trainer-state.js';
export type { EpochTrace, FineTuneOptions, Recipe, Training, TrainingData } from './training.js';
export type { TrainingCheckpoint } from './training-checkpoint.js';
export { trainingSchema } from './training-schema.js';

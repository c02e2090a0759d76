export { diagnoseCompressed, diagnoseRounded, diagnosisMs, type RoundingDiagnosis } from './diagnosis.js';
export type { PackedWeights } from './layer-reports.js';
export { type Suggestion, type TrainingTrial, withTraining } from './suggestion.js';

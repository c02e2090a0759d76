export type { TrainingOption } from './change.js';
export { diagnoseCompressed, diagnoseRounded, diagnosisMs, type RoundingDiagnosis } from './diagnosis.js';
export type { PackedWeights } from './layer-reports.js';
export {
  MIN_GAIN,
  type Suggestion,
  suggestTried,
  suggestUntried,
  type TrainingTrial,
  type UntriedChange,
  withTraining,
} from './suggestion.js';
export { type Conclusion, concludeOn } from './trained-advice.js';

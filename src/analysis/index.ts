export { diagnoseCompressed, diagnoseRounded, diagnosisMs, type RoundingDiagnosis } from './diagnosis.js';
export type { PackedWeights } from './layer-reports.js';

export { diagnoseCompressed, diagnoseRounded, diagnosisMs, type RoundingDiagnosis } from './diagnosis.js';

export { diagnoseCompressed, diagnoseRounded, type RoundingDiagnosis } from './diagnosis.js';

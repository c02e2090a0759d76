export type { Advice } from './advice-report.js';
export type { Cause } from './cause-report.js';
export { type CheckOptions, checkReport, failedChecks, type Level, levels } from './check-report.js';
export { parseReporter, reporterForms } from './chosen-reporter.js';
export { classText, fallenClasses } from './class-accuracy.js';
export {
  type Change,
  compareRuns,
  type Difference,
  type LayerDifference,
  type LayerFacts,
  type RunFacts,
} from './diff/difference.js';
export { differenceColumns, differenceFacts, layerTitle } from './diff/difference-table.js';
export { differenceFormats } from './diff/formats/index.js';
export { dropPoints, formatDrop, formatDropAround, worseOf } from './drop.js';
export {
  formatBytes,
  formatCost,
  formatDecibels,
  formatDuration,
  formatMetric,
  formatRatio,
  formatResidual,
  formatShare,
  NO_FIGURE,
} from './figures.js';
export { type FilePart, fileParts, partTitles } from './file-parts.js';
export { FLOAT_BITS } from './float-bits.js';
export { type FloatGroup, type FloatSummary, summarizeFloats } from './floats.js';
export type { ReportFormat } from './format.js';
export { csv, html, json, markdown, reportFormats } from './formats/index.js';
export { fromFormerVersion } from './former-version.js';
export { type FrontRow, frontAround } from './front.js';
export { inputRangesText, type NamedRange } from './input-ranges.js';
export { reportJsonSchema } from './json-schema.js';
export type {
  Effect,
  Evidence,
  LayerReport,
  LayerSensitivity,
  Remedy,
  Score,
  SensitivityReport,
  Verdict,
  WeightErrorReport,
} from './layer-report.js';
export { loadFormats } from './load-formats.js';
export { isShare, type MetricScale, metricTitle } from './metric-scale.js';
export { type MetricText, metricTexts, noiseText } from './metric-text.js';
export { modelName } from './model-name.js';
export { labelsOf, shorten, shortenName } from './names.js';
export { adviceOf, byGain, firstRemedy, gainText, remedyText } from './remedies.js';
export {
  type AllocationReport,
  type CheckReport,
  type MetricReport,
  type ModelNode,
  REPORT_VERSION,
  type Report,
  reportSchema,
  type WarningReport,
} from './report.js';
export { annotation, type CiFile, type Environment, type Reporter, reporters } from './reporters/index.js';
export { type Limits, numeral, type Rule, rules, type Unchecked } from './rules/index.js';
export { severities } from './severity.js';
export { nearest, remedyFor } from './suggestion.js';
export { createSweepReport, type UnjudgedTrial } from './sweep/create-sweep-report.js';
export { sweepFormats } from './sweep/formats/index.js';
export { byFronts, frontOf, type SizedLoss } from './sweep/front.js';
export { chooseTrial, type SweepLimits } from './sweep/recommend.js';
export {
  judgedBy,
  type Recommendation,
  type SweepFigures,
  type SweepReport,
  type TrialReport,
} from './sweep/sweep-report.js';
export { trialColumns } from './sweep/sweep-table.js';

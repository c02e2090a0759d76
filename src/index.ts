export type { OnProgress, ProgressEvent } from './core/index.js';
export { type ErrorCode, QgtError } from './core/index.js';
export { analyze, compress, evaluate, exportModel, inspect, planCompression } from './pipeline/index.js';
export type {
  AnalyzeOptions,
  CompressOptions,
  EvaluateOptions,
  ExportOptions,
  InspectOptions,
} from './pipeline/options.js';
export type {
  AnalyzeResult,
  CompressResult,
  EvaluatedModel,
  EvaluateResult,
  ExportResult,
  InspectedWeight,
  InspectResult,
  Plan,
  PlannedLayer,
  RunControls,
} from './pipeline/results.js';
export { type Report, reportSchema } from './report/index.js';
export { fromQgt, type LoadOptions, loadQgt } from './runtime/index.js';

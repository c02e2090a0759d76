export type { OnProgress, ProgressEvent, RunControls } from './core/index.js';
export { type ErrorCode, QgtError } from './core/index.js';
export type {
  DataArrays,
  DataInMemory,
  NumberArray,
  SampleValues,
  ShapedArray,
} from './data/memory/data-in-memory.js';
export {
  analyze,
  compress,
  demo,
  diff,
  doctor,
  evaluate,
  exportModel,
  init,
  inspect,
  planCompression,
  report,
  setUp,
} from './pipeline/index.js';
export type {
  AnalyzeOptions,
  CompressOptions,
  DemoOptions,
  DiffOptions,
  DoctorOptions,
  EvaluateOptions,
  ExportOptions,
  InitOptions,
  InspectOptions,
  ReportOptions,
  RunSweepOptions,
  RunWorkerOptions,
  SetUpEngineOptions,
  ShowSweepOptions,
  SweepOptions,
} from './pipeline/options/commands.js';
export type {
  AnalyzeResult,
  CompressResult,
  Diagnosis,
  DiffResult,
  EngineDiagnosis,
  EvaluatedModel,
  EvaluateResult,
  ExportResult,
  InitResult,
  InspectedWeight,
  InspectResult,
  Plan,
  PlannedLayer,
  PlannedOutput,
  ReportResult,
  SetUpResult,
} from './pipeline/results.js';
export { type Report, reportSchema, type SweepReport } from './report/index.js';
export { fromQgt, type LoadOptions, loadQgt } from './runtime/index.js';
export { runSweep, runWorker, showSweep, sweep } from './sweep/index.js';

import type { RunControls } from '../core/index.js';
import type {
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
} from '../pipeline/options/commands.js';
import type {
  AnalyzeResult,
  CompressResult,
  Diagnosis,
  DiffResult,
  EvaluateResult,
  ExportResult,
  InitResult,
  InspectResult,
  Plan,
  ReportResult,
  SetUpResult,
} from '../pipeline/results.js';
import type { SweepReport } from '../report/index.js';

/** The use cases on one model, or on one file. */
export interface Pipeline {
  compress(options: CompressOptions, controls?: RunControls): Promise<CompressResult>;
  planCompression(options: CompressOptions, controls?: RunControls): Promise<Plan>;
  analyze(options: AnalyzeOptions, controls?: RunControls): Promise<AnalyzeResult>;
  evaluate(options: EvaluateOptions, controls?: RunControls): Promise<EvaluateResult>;
  diff(options: DiffOptions, controls?: RunControls): Promise<DiffResult>;
  report(options: ReportOptions, controls?: RunControls): Promise<ReportResult>;
  inspect(options: InspectOptions, controls?: RunControls): Promise<InspectResult>;
  exportModel(options: ExportOptions, controls?: RunControls): Promise<ExportResult>;
  setUp(options: SetUpEngineOptions, controls?: RunControls): Promise<SetUpResult>;
  doctor(options: DoctorOptions, controls?: RunControls): Promise<Diagnosis>;
  demo(options: DemoOptions, controls?: RunControls): Promise<CompressResult>;
  init(options: InitOptions, controls?: RunControls): Promise<InitResult>;
}

/** The use cases on many trials. */
export interface Sweeps {
  sweep(options: SweepOptions, controls?: RunControls): Promise<SweepReport>;
  runSweep(options: RunSweepOptions, controls?: RunControls): Promise<SweepReport>;
  showSweep(options: ShowSweepOptions): Promise<SweepReport>;
  runWorker(options: RunWorkerOptions, controls?: RunControls): Promise<never>;
}

/** Loads the pipeline, and with it TensorFlow, only when a command needs it. */
export type LoadPipeline = () => Promise<Pipeline>;

/** The pipeline of this package. */
export const loadPipeline: LoadPipeline = () => import('../pipeline/index.js');

/** Loads the sweeps, which need no TensorFlow: the processes of their trials do. */
export type LoadSweeps = () => Promise<Sweeps>;

/** The sweeps of this package. */
export const loadSweeps: LoadSweeps = () => import('../sweep/index.js');

/** Asks a question on the terminal. @returns The answer, trimmed. */
export type Ask = (question: string) => Promise<string>;

/** The use cases that the commands call, loaded when they are called. */
export interface UseCases {
  readonly pipeline: LoadPipeline;
  readonly sweeps: LoadSweeps;
  /** Absent where nobody is there to answer: in CI, in a pipe. */
  readonly ask?: Ask | undefined;
}

import type { ModelFormat } from '../model/index.js';
import type { Difference, FilePart, NamedRange, Report } from '../report/index.js';

/** One tensor of a plan. */
export interface PlannedLayer {
  readonly name: string;
  readonly kind: string;
  readonly shape: readonly number[];
  readonly params: number;
  /** Bits per weight; 32 where it stays in float. */
  readonly bits: number;
  readonly reason: string;
  readonly floatBytes: number;
  readonly expectedBytes: number;
}

/** How an output is read: what loss and metric follow from. */
export interface PlannedOutput {
  readonly output: string;
  /** Class probabilities, independent probabilities or plain values. */
  readonly kind: 'softmax' | 'sigmoid' | 'linear';
  /** Whether the model gives logits, before softmax or sigmoid. */
  readonly logits: boolean;
  readonly loss: string;
  readonly metric: string;
}

/** Plan of `compress`. */
export interface Plan {
  readonly model: string;
  readonly layers: readonly PlannedLayer[];
  readonly bytesBefore: number;
  readonly expectedBytes: number;
  readonly expectedRatio: number;
  /** The range of each input; null where inputs would be synthesised. */
  readonly inputRanges: readonly NamedRange[] | null;
  /** One per output of the model, in its order. */
  readonly outputs: readonly PlannedOutput[];
  /** Expected milliseconds of start, synthesis and training, from a few measured steps; null where nothing would be trained. */
  readonly expectedMs: number | null;
  /** The same at each effort; empty where nothing would be trained. */
  readonly efforts: readonly {
    readonly name: string;
    readonly epochs: number;
    readonly expectedMs: number;
  }[];
  readonly notes: readonly string[];
}

/** A finished compression. */
export interface CompressResult {
  readonly report: Report;
  /** The folder written to. */
  readonly output: string;
  /** Paths of the files written, the packed model first. */
  readonly files: readonly string[];
  /** Whether `stopEarly` ended its training, so that `resume` goes on. */
  readonly isStopped: boolean;
}

/** A finished analysis; nothing is written unless an output folder was given. */
export interface AnalyzeResult {
  readonly report: Report;
  readonly files: readonly string[];
}

/** Metric of one output of a model. */
export interface OutputMetric {
  /** The output's name. */
  readonly output: string;
  /** Accuracy or R2 against the labels, or the metric of `--metric`; agreement or R2 with another model. */
  readonly name: string;
  readonly value: number;
}

/** One model measured by `evaluate`. */
export interface EvaluatedModel {
  readonly source: string;
  readonly bytes: number;
  /** One per output of the model, in its order; none without labels. */
  readonly metrics: readonly OutputMetric[];
}

/** How far an output of one model is that of another. */
export interface OutputAgreement extends OutputMetric {
  /** Signal to noise, of logits in place of probabilities; null: no noise. */
  readonly sqnrDb: number | null;
}

/** How much worse an output of one model is than that of another by the labels. */
export interface OutputDrop {
  readonly output: string;
  readonly name: OutputMetric['name'];
  /** In points, as `dropPoints` counts them; negative: it is better. */
  readonly points: number;
  /** Half of the 95 % interval, in percentage points; null where that is not known. */
  readonly margin: number | null;
}

/** Result of `evaluate`. */
export interface EvaluateResult {
  readonly data: string;
  readonly samples: number;
  readonly skippedFiles: number;
  /** The range of each input, in the model's order. */
  readonly inputRanges: readonly NamedRange[];
  /** The model, and the one it was compared with. */
  readonly models: readonly EvaluatedModel[];
  /** Agreement of the other model with the reference, one per output; null with one model. */
  readonly agreement: readonly OutputAgreement[] | null;
  /** Drop from the reference to the other model, one per output; null with one model, or without labels. */
  readonly drop: readonly OutputDrop[] | null;
  /** Source of the model that agreement and drop are counted from; null with one model. */
  readonly reference: string | null;
  readonly notes: readonly string[];
}

/** A report that was read again. */
export interface ReportResult {
  readonly report: Report;
}

/** Result of `diff`. */
export type DiffResult = Difference;

/** One weight as `inspect` lists it. */
export interface InspectedWeight {
  readonly name: string;
  readonly kind: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly params: number;
  /** Bytes in the file that was inspected. */
  readonly bytes: number;
  /** `bytes * 8 / params`; for a .qgt this includes the scales. */
  readonly bitsPerWeight: number;
  /** `kernel`: compress would quantize it; else why it would stay in float. */
  readonly role: string;
  readonly min: number | null;
  readonly max: number | null;
  /** Share of exact zeros. */
  readonly zeros: number | null;
}

/** Content of a model file. */
export interface InspectResult {
  readonly source: string;
  readonly format: ModelFormat;
  readonly writtenBy: string;
  readonly bytes: number;
  /** Bytes of each part of it; they sum to `bytes`. */
  readonly contents: readonly { readonly part: FilePart; readonly bytes: number }[];
  readonly params: number;
  readonly kernelParams: number;
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | null)[];
    readonly dtype: string;
  }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  readonly weights: readonly InspectedWeight[];
  readonly notes: readonly string[];
}

/** Result of `exportModel`. */
export interface ExportResult {
  readonly output: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly notes: readonly string[];
}

export type { SetUpResult } from '../engine/index.js';

/** Result of `init`. */
export interface InitResult {
  /** The config file, relative to the working directory. */
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** One engine as `doctor` found it. */
export type EngineDiagnosis =
  | {
      readonly name: 'native' | 'embedded';
      readonly works: true;
      readonly version: string;
      /** Median time of a small training step, in milliseconds. */
      readonly stepMs: number;
    }
  | {
      readonly name: 'native' | 'embedded';
      readonly works: false;
      readonly reason: string;
      /** Command that repairs it. */
      readonly remedy: string | null;
    };

/** Result of `doctor`. */
export interface Diagnosis {
  readonly qgt: string;
  readonly node: string;
  readonly npm: string | null;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  /** Relevant features of the processor, as far as known. */
  readonly features: readonly string[];
  readonly memoryBytes: { readonly total: number; readonly free: number };
  readonly engines: readonly EngineDiagnosis[];
  /** Speed of the native engine over the embedded one; null where one of the two doesn't work. */
  readonly nativeSpeedup: number | null;
  /** Folder where `setup` installs the native engine. */
  readonly engineFolder: string;
}

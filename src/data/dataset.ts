import type { Named, OnProgress, Shape } from '../core/index.js';

/** One of the model's inputs, as the readers need to know it. */
export interface InputSpec extends Named {
  /** Shape of one sample; null where the model takes any size. */
  readonly shape: readonly (number | null)[];
  readonly dtype: 'float32' | 'int32';
}

/** One of the model's outputs, of one sample. */
export interface OutputSpec extends Named {
  readonly shape: readonly (number | null)[];
}

/** Rows one after another. */
export type RowArray = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/**
 * Many rows of the same shape, in memory or, past a limit, in a temporary file: any row can be read at any time.
 */
export interface Rows {
  readonly count: number;
  /** Shape of one row. */
  readonly shape: Shape;
  readonly dtype: 'uint8' | 'int32' | 'float32';
  /** Copies the rows named, in that order, into a new array of `dtype` with `indices.length * size(shape)` elements. */
  read(indices: readonly number[]): Promise<RowArray>;
  close(): Promise<void>;
}

/**
 * Source of the order of class names: the user's options, a list beside the model, or none, so that they were sorted as
 * text.
 */
export type OrderSource = 'options' | 'model' | 'text';

/** Labels of a dataset: none, class indices or target values. */
export type Labels =
  | { readonly kind: 'none' }
  /** One class index a sample; rows of shape []. `orderFrom` is there where the data holds names. */
  | {
      readonly kind: 'classes';
      readonly rows: Rows;
      readonly names?: readonly string[] | undefined;
      readonly orderFrom?: OrderSource | undefined;
    }
  /** Target values (also one-hot vectors), one `Rows` per model output. */
  | { readonly kind: 'values'; readonly rows: readonly Rows[] };

/** Samples and labels in one place: what every reader returns. */
export interface Dataset {
  /** The path it was read from, or where it was. */
  readonly source: string;
  readonly count: number;
  /** One per model input, in the model's order; raw values, before any input range. */
  readonly inputs: readonly Rows[];
  readonly labels: Labels;
  /** The columns that the labels of a table are from; absent for other data. */
  readonly labelColumns?: readonly string[] | undefined;
  /** Files that could not be read. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  close(): Promise<void>;
}

/** Options of a reader besides the path. */
export interface ReadOptions {
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly OutputSpec[];
  /** Class names in the order of the model's outputs; left out: sorted folder names, or the numbers as they are. */
  readonly classes?: readonly string[] | undefined;
  /** The column of a table that is the label; left out: the likeliest. */
  readonly labelColumn?: string | undefined;
  /** The model's own list of class names in the order of its outputs; used where the data names no others. */
  readonly modelClasses?: readonly string[] | undefined;
  /** Largest share of unreadable files that is not an error, 0 to 1; default: 0.01. */
  readonly maxSkippedShare?: number | undefined;
  /** Pixels of the largest image that is read; default: 100 million. */
  readonly maxPixels?: number | undefined;
  /** Most memory for the rows, in bytes; the rest goes to a temporary file. Default: 1 GiB. */
  readonly memoryLimitBytes?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One format that data can come in: one file in readers/, one line in its index.
 *
 * The help lists the formats, and waits for what their files import at the top: the rest is imported where it is used.
 */
export interface DataReader {
  readonly name: string;
  /** For the help: what a path must look like. */
  readonly describe: string;
  /** Whether this reader is the one for a path. */
  accepts(path: string): Promise<boolean>;
  /** Checks by names alone that there is data at a path that it accepts. @throws QgtError `bad-data`. */
  check?(path: string): Promise<void>;
  read(path: string, options: ReadOptions): Promise<Dataset>;
  /** The columns of a table that may be the label, likeliest first; empty where no single one is. */
  labelColumns?(path: string, options: ReadOptions): Promise<readonly string[]>;
}

import type { PackedModel } from '../pack/index.js';

/** A file to write, relative to the output folder. */
export interface ExportedFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Result of an export. */
export interface Exported {
  /** The main file first, then those that it needs. */
  readonly files: readonly ExportedFile[];
  /** Notes for the user: content that the target could not take unchanged. */
  readonly notes: readonly string[];
}

/** How weights can be written; `auto` is what suits the target best. */
export const weightForms = ['auto', 'float16', 'float32'] as const;
export type WeightForm = (typeof weightForms)[number];

/** Options of an exporter. */
export interface ExportOptions {
  /** One of the exporter's `weights`; left out: `auto`. */
  readonly weights?: WeightForm;
}

/** One target that a packed model can be written for: one file (or folder) here, one line in index.ts. */
export interface Exporter {
  /** The name on the command line. */
  readonly name: string;
  /** For the help: what it writes. */
  readonly describe: string;
  /** The forms that it can write weights in. */
  readonly weights: readonly WeightForm[];
  /** Makes the files; the caller writes them. */
  export(model: PackedModel, options: ExportOptions): Promise<Exported>;
}

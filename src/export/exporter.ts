import type { PackedModel } from '../pack/index.js';

/** A file to be written, relative to the output folder. */
export interface ExportedFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What an exporter may be told. */
export interface ExportOptions {
  /** `auto` (default): small integers where the target has them and they mean the same; `float32`: never. */
  readonly weights?: 'auto' | 'float32';
}

/** One target that a packed model can be written for: one file (or folder) here, one line in index.ts. */
export interface Exporter {
  /** The name on the command line. */
  readonly name: string;
  /** For the help: what it writes. */
  readonly describe: string;
  /**
   * Makes the files; the caller writes them.
   *
   * @returns The file that a user opens first, then those that it needs.
   */
  export(model: PackedModel, options: ExportOptions): Promise<ExportedFile[]>;
}

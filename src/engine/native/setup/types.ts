/** Something that the set-up does, as the user is told of it. */
export interface SetUpStep {
  readonly name: string;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  readonly detail?: string;
}

/** Options of the set-up. */
export interface SetUpOptions {
  /** Folder for the engine; default: QGT_NATIVE_PREFIX, else qgt's cache folder. */
  readonly prefix?: string | undefined;
  /** Rebuilds an engine that works already; the old one stays in use until the new one is ready. */
  readonly force: boolean;
  readonly onStep: (step: SetUpStep) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A native engine that works. */
export interface SetUpResult {
  readonly folder: string;
  readonly source: 'already there' | "tfjs-node's own download" | 'the tensorflow-cpu wheel';
  /** Version of tfjs-node. */
  readonly version: string;
  readonly ms: number;
}

/** Something that the set-up does, as the user is told of it. */
export interface SetUpStep {
  readonly name: string;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  readonly detail?: string;
}

/** What the set-up is asked for. */
export interface SetUpOptions {
  /** Where to make the engine; left out: QGT_NATIVE_PREFIX, else qgt's cache folder. */
  readonly prefix?: string | undefined;
  /** Makes it anew though there is one that works, which stays in use until then. */
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

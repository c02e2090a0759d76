import type { Tensor, Variable } from './tf.js';

/** Which engine to use; `auto` takes the native one where it works. */
export type EngineChoice = 'auto' | 'native' | 'embedded';

/** What convolutions compute with; `auto` takes what a table has as faster for this kind of processor and model. */
export type Precision = 'auto' | 'float32' | 'bfloat16';

/** What `auto` came to, or what came of a wish. */
export interface ChosenPrecision {
  readonly name: Exclude<Precision, 'auto'>;
  readonly reason: string;
}

/** One step of work on tensors: everything that changes from call to call comes in as an input. */
export type Step = (inputs: Tensor[]) => Tensor[];

/** A step that was made ready to be called many times. */
export interface CompiledStep {
  /** @param inputs  Of any shapes; few different ones are best. The tensors it returns are the caller's to dispose of. */
  run(inputs: Tensor[]): Tensor[];
  /** Why it runs op by op on an engine that could do better; null where it doesn't, or nothing was tried yet. */
  eagerReason(): string | null;
  /** Which precision it computes with and why; null where there was no choice, or not yet. */
  precision(): ChosenPrecision | null;
  /** Frees what it holds beside the variables, which have their last values. */
  dispose(): void;
}

/** Where tensors live and steps run. Everything else takes its `tf` from this folder and a step from here. */
export interface Engine {
  readonly name: Exclude<EngineChoice, 'auto'>;
  /** The tfjs backend's name: `tensorflow` or `wasm`. */
  readonly backend: string;
  /** The version of tfjs-node or of the WASM backend. */
  readonly version: string;
  /** Why a better engine is not in use, where `auto` fell back. */
  readonly fallbackReason?: string;
  /**
   * Makes a step that can be called many times.
   *
   * What changes from call to call comes in as an input or is one of `variables`; the step assigns to no others. All
   * else that it reads, the weights of a teacher say, may be taken for constant.
   *
   * @param precision  float32 unless told otherwise; an engine that has no other stays with it.
   */
  compileStep(step: Step, variables: readonly Variable[], precision?: Precision): CompiledStep;
}

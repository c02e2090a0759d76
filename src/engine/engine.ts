import type { Tensor, Variable } from './tf.js';

/** Which engine to use; `auto` takes the native one where it works. */
export type EngineChoice = 'auto' | 'native' | 'embedded';

/** One step of work on tensors: everything that changes from call to call comes in as an input. */
export type Step = (inputs: Tensor[]) => Tensor[];

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
   * Makes a step that can be called many times with inputs of the same shapes.
   *
   * `step` may assign to `variables` and to no others; the tensors it returns are the caller's to dispose of.
   */
  compileStep(step: Step, variables: readonly Variable[]): Step;
}

import { z } from 'zod';
import type { Tensor, Variable } from './tf.js';

/** The engine to use; `auto` takes the native one where it works. */
export type EngineChoice = 'auto' | 'native' | 'embedded';

/** Precision of convolutions; `auto` takes the faster one for this processor and kind of model, by a table. */
export type Precision = 'auto' | 'float32' | 'bfloat16';

/** Precision in use with its reason: why bfloat16 was chosen, or why it was tried and rejected. */
export interface ChosenPrecision {
  readonly name: Exclude<Precision, 'auto'>;
  readonly reason: string;
}

/** State of a compiled step for inputs of one shape, so that another process runs it in the same way. */
const shapeStateSchema = z.object({
  inputs: z.array(
    z.object({ dtype: z.enum(['float32', 'int32', 'bool', 'complex64', 'string']), shape: z.array(z.int()) }),
  ),
  state: z.discriminatedUnion('kind', [
    /** It is replayed from the next call on, where that does the same as an eager one. */
    z.object({ kind: z.literal('recorded') }),
    z.object({
      kind: z.literal('replayed'),
      chosen: z.object({ name: z.enum(['float32', 'bfloat16']), reason: z.string() }).nullable(),
    }),
    z.object({ kind: z.literal('eager'), reason: z.string() }),
  ]),
});

/** State of a compiled step, for each shape of its inputs so far. */
export const compiledStateSchema = z.array(shapeStateSchema);

export type CompiledState = z.output<typeof compiledStateSchema>;

/** One step of work on tensors: everything that changes from call to call comes in as an input. */
export type Step = (inputs: Tensor[]) => Tensor[];

/** A step that was made ready to be called many times. */
export interface CompiledStep {
  /** @param inputs  Of any shapes; few different ones are best. The tensors it returns are the caller's to dispose of. */
  run(inputs: Tensor[]): Tensor[];
  /** Reason why it runs op by op although the engine can replay graphs; null: it doesn't, or not tried yet. */
  eagerReason(): string | null;
  /** Precision that it computes with, and why; null where there was no choice, or not yet. */
  precision(): ChosenPrecision | null;
  /** State that it came to, on which its next calls depend; empty where all calls are alike. */
  state(): CompiledState;
  /** Goes on as the step did whose state this is; the variables keep their values. */
  restore(state: CompiledState): void;
  /** Frees what it holds beside the variables, which have their last values. */
  dispose(): void;
}

/** Home of all tensors and steps. Everything else takes its `tf` from this folder and its steps from here. */
export interface Engine {
  readonly name: Exclude<EngineChoice, 'auto'>;
  /** The tfjs backend's name: `tensorflow` or `wasm`. */
  readonly backend: string;
  /** The version of tfjs-node or of the WASM backend. */
  readonly version: string;
  /** Reason why the native engine is not in use, where `auto` fell back. */
  readonly fallbackReason?: string;
  /**
   * Makes a step that can be called many times.
   *
   * Values that change from call to call are inputs or one of `variables`; the step assigns to no others.
   * Everything else that it reads, such as the weights of a teacher, may be treated as constant.
   *
   * @param precision  float32 unless told otherwise; an engine that has no other stays with it.
   */
  compileStep(step: Step, variables: readonly Variable[], precision?: Precision): CompiledStep;
}

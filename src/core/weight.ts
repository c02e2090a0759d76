import type { Shape } from './shape.js';

/** Whether a kernel is the first or the last on a path through the model; null: neither. */
export type Edge = 'first' | 'last' | null;

/** A weight of a model, with all facts needed to quantize it: the one description, from topology to report. */
export interface Weight {
  /** Name in the saved file, unique in the model: `conv1/kernel`. */
  readonly name: string;
  /** Name of the layer or operation that reads it; the weight's own name where none is known. */
  readonly layer: string;
  /** Class of that layer or operation: `Conv2D`, `_FusedMatMul`; `Const` where none is known. */
  readonly kind: string;
  readonly shape: Shape;
  readonly role: 'kernel' | 'float';
  /** Reason why it stays in float; absent for a kernel. */
  readonly reason?: string;
  /**
   * Neighbouring dimensions that hold the output channels and may have a scale each; a depthwise kernel has two, inputs and
   * their multiples. None: one scale for all.
   */
  readonly channelAxes: readonly number[];
  /** Whether no other kernel lies between it and one of the model's inputs or, failing that, outputs. */
  readonly edge: Edge;
  /** Whether no kernel lies between it and one of the model's outputs: a last kernel, or what is added to it. */
  readonly atOutput: boolean;
}

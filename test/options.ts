// Whole options for tests and benchmarks, which name those that matter to them: a new option is there by itself.
import type { CommandOptions } from '../src/cli/commands/index.js';
import { type ParsedOptions, parseOptions } from '../src/pipeline/parse-options.js';
import type { StepOptions } from '../src/train/step.js';

/** A command's options, the others by default; the model is one that nobody reads unless it is given. */
export function optionsOf<Name extends 'compress' | 'analyze'>(
  command: Name,
  given: Partial<CommandOptions<Name>> = {},
): ParsedOptions<Name> {
  return parseOptions(command, { model: 'model.json', ...given });
}

/** How a step computes, by default as `compress` has it with labelled data and one softmax output. */
export function stepOptions(given: Partial<StepOptions> = {}): StepOptions {
  return {
    ...optionsOf('compress'),
    units: [Float32Array.of(1)],
    statistics: 'batch',
    teaching: 'predictions',
    ...given,
  };
}

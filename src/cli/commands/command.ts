import type { z } from 'zod';
import type { RunControls } from '../../core/index.js';
import type { CommandName, commandSchemas } from '../../pipeline/options/commands.js';
import type { Option, OptionName } from '../../pipeline/options/index.js';
import type { Report } from '../../report/index.js';
import type { UseCases } from '../pipeline.js';
import type { ScreenStyle } from '../screens/style.js';

/** Result of a command, ready to print as data, a document or a screen. */
export interface Outcome {
  /** Data for `--json`. */
  readonly data: unknown;
  /** Document for `--format`, in place of the screen; it counts as data, so `--quiet` does not suppress it. */
  readonly document?: (() => string | Promise<string>) | undefined;
  /** Screen for a terminal; loaded only when needed, since `--help` needs no screens. */
  screen(style: ScreenStyle): Promise<string>;
  /** Whether a signal has ended the work before it was finished; left out: it was not. */
  readonly isStopped?: boolean | undefined;
  /** Whether a part of the work has failed, by which the exit code is 1; left out: nothing has. */
  readonly isIncomplete?: boolean | undefined;
  /** Report with checked limits, and the CI systems to inform; absent where none were checked. */
  readonly checked?: { readonly report: Report; readonly reporters: readonly string[] };
}

/** An example in the help. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** One command: one file here, one line in the index. */
export interface Command<Name extends CommandName = CommandName> {
  readonly name: Name;
  readonly describe: string;
  /** Operands after the command, in this order: name and description. */
  readonly operands: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  /** Descriptions of options that mean something else in this command. */
  readonly options?: Partial<Record<OptionName, string>>;
  /** Descriptions of an option's values, where this command has others. */
  readonly values?: Partial<Record<OptionName, Option['values']>>;
  /** @throws QgtError from the use case. */
  run(options: CommandOptions<Name>, useCases: UseCases, controls: RunControls): Promise<Outcome>;
}

/** A command's options before the defaults are filled in. */
export type CommandOptions<Name extends CommandName> = z.input<(typeof commandSchemas)[Name]>;

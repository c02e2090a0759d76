import type { z } from 'zod';
import type { RunControls } from '../../core/index.js';
import type { CommandName, commandSchemas } from '../../pipeline/options/commands.js';
import type { Option, OptionName } from '../../pipeline/options/index.js';
import type { Report } from '../../report/index.js';
import type { Pipeline } from '../pipeline.js';
import type { ScreenStyle } from '../screens/style.js';

/** What a command found, ready to be printed either way. */
export interface Outcome {
  /** For `--json`. */
  readonly data: unknown;
  /** What `--format` asked for in place of a screen: data too, so that `--quiet` lets it through. */
  readonly document?: (() => string | Promise<string>) | undefined;
  /** For everybody else; the screens are loaded here, since `--help` has no use for them. */
  screen(style: ScreenStyle): Promise<string>;
  /** Where limits were checked: the report that says so, and which CI systems to tell. */
  readonly checked?: { readonly report: Report; readonly reporters: readonly string[] };
}

/** A line that the help shows. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** One command: one file here, one line in the index. */
export interface Command<Name extends CommandName = CommandName> {
  readonly name: Name;
  readonly describe: string;
  /** What stands behind the command without a dash, in this order: its name, and what it may be. */
  readonly operands: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  /** What the help says of an option where this command means something else by it. */
  readonly options?: Partial<Record<OptionName, string>>;
  /** What an option's values mean where this command has others. */
  readonly values?: Partial<Record<OptionName, Option['values']>>;
  /** @throws QgtError, whatever the pipeline throws. */
  run(options: CommandOptions<Name>, pipeline: Pipeline, controls: RunControls): Promise<Outcome>;
}

/** A command's options before the defaults are filled in. */
export type CommandOptions<Name extends CommandName> = z.input<(typeof commandSchemas)[Name]>;

import { describeError, QgtError } from '../core/index.js';
import type { CommandName, OptionName } from '../pipeline/options.js';
import { readVersion } from '../pipeline/version.js';
import { type Globals, parseArguments } from './arguments.js';
import { type Colours, coloursFor } from './colours.js';
import { type Command, commands } from './commands/index.js';
import { readConfig } from './config.js';
import { renderHelp } from './help.js';
import { columnsOf, type Io } from './io.js';
import { optionValues } from './option-values.js';
import { type LoadPipeline, loadPipeline } from './pipeline.js';
import { startProgress } from './progress.js';
import { printable } from './screens/text.js';

/** What a test may put in the place of the real thing. */
export interface RunDependencies {
  readonly loadPipeline?: LoadPipeline;
}

const DONE = 0;
const FAILED = 2;
const INTERRUPTED = 130;

/**
 * Runs one command line to its end; throws nothing.
 *
 * @param argv  Without node and the script.
 * @returns The exit code: 0 done, 2 usage, bad input or a crash, 130 stopped by Ctrl-C.
 */
export async function runCli(
  argv: readonly string[],
  io: Io,
  { loadPipeline: load = loadPipeline }: RunDependencies = {},
): Promise<number> {
  try {
    await answer(argv, io, load);
    return DONE;
  } catch (thrown) {
    const stopped = thrown instanceof QgtError && thrown.code === 'aborted';
    if (!stopped) report(thrown, io, argv.includes('--no-color') ? false : undefined);
    return io.signal?.aborted ? INTERRUPTED : FAILED;
  }
}

async function answer(argv: readonly string[], io: Io, load: LoadPipeline): Promise<void> {
  const { request, globals } = await parseArguments(argv);
  const colours = coloursFor(io.stdout, io.env, globals.color);
  switch (request.kind) {
    case 'print':
      io.stdout.write(`${request.text}\n`);
      return;
    case 'version':
      io.stdout.write(`${readVersion()}\n`);
      return;
    case 'nothing':
      if (!io.stdout.isTTY)
        throw new QgtError('usage', { where: 'qgt', what: 'no command given', remedy: 'see `qgt --help`' });
      io.stdout.write(renderHelp(undefined, columnsOf(io.stdout), colours));
      return;
    case 'help':
      io.stdout.write(renderHelp(request.command, columnsOf(io.stdout), colours));
      return;
    case 'run':
      await execute(commands[request.command] as Command, request, globals, { io, colours, load });
  }
}

async function execute<Name extends CommandName>(
  command: Command<Name>,
  { model, flags }: { model?: string; flags: Partial<Record<OptionName, unknown>> },
  { config: path, json, quiet, color }: Globals,
  { io, colours, load }: { io: Io; colours: Colours; load: LoadPipeline },
): Promise<void> {
  const config = await readConfig(command.name, io.cwd, path);
  const options = optionValues(command, model, flags, config);
  const progress = await startProgress(io, quiet, coloursFor(io.stderr, io.env, color));
  try {
    const { onProgress } = progress;
    const outcome = await command.run(options, await load(), { onProgress, signal: io.signal });
    progress.stop();
    if (json) io.stdout.write(`${JSON.stringify(outcome.data, null, 2)}\n`);
    else if (!quiet) {
      // Notes that scrolled by on this terminal are not repeated; a file or a pipe gets them all.
      const told = io.stdout.isTTY ? progress.told : new Set<string>();
      io.stdout.write(await outcome.screen({ width: columnsOf(io.stdout), colours, told }));
    }
  } finally {
    progress.stop();
  }
}

function report(thrown: unknown, { stderr, env }: Io, color?: boolean): void {
  const { red } = coloursFor(stderr, env, color);
  const message = describeError(thrown).split('\n').map(printable).join('\n');
  stderr.write(`${red('error:')} ${message}\n`);
  if (env.QGT_LOG === 'debug' && thrown instanceof Error) stderr.write(`${stackOf(thrown)}\n`);
}

function stackOf({ stack, message, cause }: Error): string {
  return [stack ?? message, ...(cause instanceof Error ? [`caused by ${stackOf(cause)}`] : [])].join('\n');
}

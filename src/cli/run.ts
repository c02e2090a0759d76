import { describeError, printable, printableJson, QgtError } from '../core/index.js';
import type { CommandName } from '../pipeline/options/commands.js';
import type { Renamed } from '../pipeline/options/former-names.js';
import { flagOf, type OptionName } from '../pipeline/options/index.js';
import { readVersion } from '../pipeline/version.js';
import { annotation, failedChecks } from '../report/index.js';
import { type Globals, parseArguments } from './arguments.js';
import { tellChecks } from './checks.js';
import { tellCi } from './ci.js';
import { commandless } from './ci-commands.js';
import { type Colours, coloursFor } from './colours.js';
import { type Command, commands, type Outcome } from './commands/index.js';
import { candidatesFor } from './completion/candidates.js';
import { completionScript } from './completion/script.js';
import { readConfig } from './config.js';
import { renderHelp } from './help-page.js';
import { exitCodeOf } from './interruption.js';
import { columnsOf, type Io } from './io.js';
import { dashed } from './option-facts.js';
import { optionValues } from './option-values.js';
import { type LoadPipeline, type LoadSweeps, loadPipeline, loadSweeps, type UseCases } from './pipeline.js';
import { startProgress } from './progress.js';

/** Dependencies that a test may replace. */
export interface RunDependencies {
  readonly loadPipeline?: LoadPipeline;
  readonly loadSweeps?: LoadSweeps;
}

const DONE = 0;
const CHECK_FAILED = 1;
const FAILED = 2;
const NO_CANDIDATES = 1;

/**
 * Runs one command line to its end; throws nothing.
 *
 * @param argv  Arguments without node and the script.
 * @returns The exit code: 0 done, 1 a check failed, 2 usage, bad input or a crash; 130, 143 or 129 stopped by SIGINT
 *   (Ctrl-C), SIGTERM or SIGHUP before its work was finished.
 */
export async function runCli(
  argv: readonly string[],
  streams: Io,
  { loadPipeline: pipeline = loadPipeline, loadSweeps: sweeps = loadSweeps }: RunDependencies = {},
): Promise<number> {
  const { stdout, stderr } = streams;
  const io = { ...streams, stdout: commandless(stdout), stderr: commandless(stderr), ci: stderr };
  try {
    return await answer(argv, io, { pipeline, sweeps, ask: streams.ask });
  } catch (thrown) {
    const stopped = thrown instanceof QgtError && thrown.code === 'aborted';
    if (!stopped) report(thrown, io, argv.includes('--no-color') ? false : undefined);
    return io.signal?.aborted ? exitCodeOf(io.signal) : FAILED;
  }
}

async function answer(argv: readonly string[], io: Io, useCases: UseCases): Promise<number> {
  const { request, globals, renamed } = await parseArguments(argv);
  const colours = coloursFor(io.stdout, io.env, globals.color);
  switch (request.kind) {
    case 'completion':
      io.stdout.write(`${completionScript}\n`);
      return DONE;
    case 'complete':
      return tellCandidates(request.words, io);
    case 'version':
      io.stdout.write(`${readVersion()}\n`);
      return DONE;
    case 'help':
      io.stdout.write(renderHelp(request.topic, columnsOf(io.stdout), colours));
      return DONE;
    case 'run':
      return execute(commands[request.command] as Command, { ...request, renamed }, globals, {
        io,
        colours,
        useCases,
      });
  }
}

/** Operands and flags typed after a command. */
interface Typed {
  readonly operands: readonly string[];
  readonly flags: Partial<Record<OptionName, unknown>>;
  readonly renamed: readonly Renamed[];
}

const renaming = ({ former, name }: Renamed): string =>
  `${dashed(flagOf(former))} is called ${dashed(flagOf(name))} now`;

/** Prints one candidate per line, its meaning after a tab; returns exit code 1 where the shell should list files. */
function tellCandidates(words: readonly string[], { stdout }: Io): number {
  const candidates = candidatesFor(words);
  if (candidates === null) return NO_CANDIDATES;
  for (const { word, describe } of candidates) stdout.write(`${[word, describe].join('\t').trimEnd()}\n`);
  return DONE;
}

async function execute<Name extends CommandName>(
  command: Command<Name>,
  { operands, flags, renamed }: Typed,
  { config: path, json, quiet, color }: Globals,
  { io, colours, useCases }: { io: Io; colours: Colours; useCases: UseCases },
): Promise<number> {
  const config = await readConfig(command.name, io.cwd, path);
  const options = optionValues(command, operands, flags, config);
  const errColours = coloursFor(io.stderr, io.env, color);
  const progress = await startProgress(io, quiet, errColours);
  try {
    const { onProgress } = progress;
    for (const each of [...renamed, ...config.renamed]) onProgress({ kind: 'note', text: renaming(each) });
    if (config.passedBy)
      onProgress({
        kind: 'note',
        text: `${config.file} is not run by ${command.name}: its options don't count`,
      });
    const { ask } = useCases;
    const asking = { ...useCases, ask: ask && ((question: string) => progress.paused(() => ask(question))) };
    const outcome = await command.run(options, asking, {
      onProgress,
      signal: io.signal,
      onOutput: io.onOutput,
      // What the user waits for begins with the process: TensorFlow alone takes a second to load.
      startedAt: 0,
    });
    progress.stop();
    if (json) io.stdout.write(printableJson(outcome.data));
    else if (outcome.document !== undefined) io.stdout.write(await outcome.document());
    else if (!quiet) {
      const { told } = progress;
      io.stdout.write(await outcome.screen({ width: columnsOf(io.stdout), colours, told }));
    }
    const code = await conclude(outcome, quiet, io, errColours);
    return outcome.isStopped && io.signal ? exitCodeOf(io.signal) : code;
  } finally {
    progress.stop();
  }
}

/** Reports the limits that were not kept, to the user and to CI systems. */
async function conclude(
  { checked, isIncomplete = false }: Outcome,
  quiet: boolean,
  io: Io,
  colours: Colours,
): Promise<number> {
  if (checked === undefined) return isIncomplete ? CHECK_FAILED : DONE;
  const { report, reporters } = checked;
  tellChecks(report, io.stderr, quiet, colours);
  await tellCi(report, reporters, quiet, io);
  return failedChecks(report).length > 0 ? CHECK_FAILED : DONE;
}

function report(thrown: unknown, { stderr, ci = stderr, env }: Io, color?: boolean): void {
  const { red } = coloursFor(stderr, env, color);
  const message = printable(describeError(thrown).replace(/\s*\n\s*/g, ' '));
  stderr.write(`${red('error:')} ${message}\n`);
  if (env.GITHUB_ACTIONS === 'true') ci.write(annotation('error', 'qgt', message));
  if (env.QGT_LOG === 'debug' && thrown instanceof Error)
    stderr.write(`${stackOf(thrown).split('\n').map(printable).join('\n')}\n`);
}

function stackOf({ stack, message, cause }: Error): string {
  return [stack ?? message, ...(cause instanceof Error ? [`caused by ${stackOf(cause)}`] : [])].join('\n');
}

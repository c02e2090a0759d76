import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeError, QgtError } from '../../../core/index.js';
import { makeFolder } from './atomic-folder.js';
import { CommandError, type RunCommand, runCommand } from './command.js';
import { engineFolder, TFJS_NODE_VERSION } from './engine-folder.js';
import { downloadOwn, hostAnswers } from './own-download.js';
import { installPackage } from './tfjs-node-package.js';
import type { SetUpOptions, SetUpResult, SetUpStep } from './types.js';
import { buildBinding, fetchLibrary, findPip } from './wheel.js';

/** Dependencies that a test can replace. */
export interface SetUpDependencies {
  readonly run?: RunCommand;
  readonly hostAnswers?: (signal?: AbortSignal) => Promise<boolean>;
  /** The system and processor, `linux-x64`. */
  readonly system?: string;
}

type Source = Exclude<SetUpResult['source'], 'already there'>;

/**
 * Brings tfjs-node into working order in a folder of qgt's own: by tfjs-node's download, else with the libtensorflow
 * of the tensorflow-cpu wheel and a build of the binding; then it is tried.
 *
 * @throws QgtError `engine` where no way works, `output` where the folder can't be written, `aborted`.
 */
export async function setUpNative(
  { prefix, force, onStep, signal }: SetUpOptions,
  {
    run = runCommand,
    hostAnswers: answers = hostAnswers,
    system = `${process.platform}-${process.arch}`,
  }: SetUpDependencies = {},
): Promise<SetUpResult> {
  const started = performance.now();
  const folder = engineFolder(prefix);
  const result = (source: SetUpResult['source']): SetUpResult => ({
    folder,
    source,
    version: TFJS_NODE_VERSION,
    ms: performance.now() - started,
  });
  const step = stepTeller(onStep);
  if (!force && existsSync(folder)) {
    const works = await step('trying the engine that is there', () => check(folder, run, signal)).then(
      () => true,
      stopOnly,
    );
    if (works) return result('already there');
  }
  const source = await makeFolder(folder, async (making) => {
    const packageFolder = await step(`installing tfjs-node ${TFJS_NODE_VERSION} from npm`, () =>
      installPackage(making, run, { signal }),
    );
    const made = await fill(packageFolder, { run, answers, system, step, onStep, signal });
    await step('trying it: a product, a gradient, a recorded step', () => check(making, run, signal));
    return made;
  });
  return result(source);
}

interface Work {
  readonly run: RunCommand;
  readonly answers: (signal?: AbortSignal) => Promise<boolean>;
  readonly system: string;
  readonly step: ReturnType<typeof stepTeller>;
  readonly onStep: (step: SetUpStep) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Brings libtensorflow and the binding into tfjs-node's folder, one way or the other. */
async function fill(packageFolder: string, work: Work): Promise<Source> {
  const { run, answers, system, step, onStep, signal } = work;
  const name = "tfjs-node's own download";
  if (await answers(signal)) {
    const done = await step(name, () => downloadOwn(packageFolder, run, { signal })).then(
      () => true,
      stopOnly,
    );
    if (done) return name;
  } else {
    onStep({ name, state: 'skipped', detail: 'its host does not answer' });
  }
  if (system !== 'linux-x64') {
    throw new QgtError('engine', {
      where: 'setup',
      what: `tfjs-node's own download did not work, and there is no second way on ${system}`,
      remedy: 'the embedded engine stays in use; try again where its host can be reached',
    });
  }
  const python = await findPip(packageFolder, run, { signal });
  await step('fetching libtensorflow 2.15.1 by pip (207 MB)', () =>
    fetchLibrary(python, packageFolder, run, { signal }),
  );
  await step("building tfjs-node's binding", () => buildBinding(packageFolder, run, { signal }));
  return 'the tensorflow-cpu wheel';
}

/** Tries the engine in `folder` in a process of its own, since a broken library may end it. */
async function check(folder: string, run: RunCommand, signal?: AbortSignal): Promise<void> {
  const script = fileURLToPath(new URL(`./check${import.meta.url.slice(-3)}`, import.meta.url));
  await run(process.execPath, [...process.execArgv, script], {
    cwd: process.cwd(),
    env: { QGT_NATIVE: folder },
    signal,
  });
}

/** Tells of a piece of work as it begins and ends. */
function stepTeller(onStep: (step: SetUpStep) => void) {
  return async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    onStep({ name, state: 'running' });
    try {
      const result = await work();
      onStep({ name, state: 'done' });
      return result;
    } catch (error) {
      if (error instanceof QgtError && error.code === 'aborted') throw error;
      onStep({ name, state: 'failed', detail: describeError(error) });
      throw error instanceof CommandError ? commandFailed(name, error) : error;
    }
  };
}

function commandFailed(name: string, cause: CommandError): QgtError {
  return new QgtError('engine', {
    where: 'setup',
    what: `${name} did not work (${cause.message})`,
    remedy: 'run it again with QGT_LOG=debug to see all; the embedded engine stays in use',
    cause,
  });
}

/** Rethrows an abort; any other failure counts as false, since there is another way. */
function stopOnly(error: unknown): false {
  if (error instanceof QgtError && error.code === 'aborted') throw error;
  return false;
}

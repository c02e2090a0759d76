import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { QgtError } from '../../../core/index.js';
import { CommandError, type CommandOptions, type RunCommand } from './command.js';

/** The wheel whose libtensorflow tfjs-node's binding is built against, and its hash as PyPI states it. */
const WHEEL = {
  requirement: 'tensorflow-cpu==2.15.1',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  python: '3.11',
  platforms: ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'],
};

const PYTHONS = ['python3', 'python'];

/** Unpacks the two libraries and the headers of a wheel, which is a zip file. */
const UNPACK = `
import sys, zipfile
wheel, target = sys.argv[1:]
wanted = ('tensorflow/libtensorflow', 'tensorflow/include/tensorflow/c/',
          'tensorflow/include/tensorflow/core/platform/', 'tensorflow/include/tsl/')
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(wanted)])
`;

/**
 * Finds a Python 3 that has pip.
 *
 * @throws QgtError `engine`, saying which of the two is missing.
 */
export async function findPip(
  folder: string,
  run: RunCommand,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<string> {
  let found = false;
  for (const python of PYTHONS) {
    try {
      await run(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 7))'], {
        ...options,
        cwd: folder,
      });
      found = true;
      await run(python, ['-m', 'pip', '--version'], { ...options, cwd: folder });
      return python;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  throw new QgtError('engine', {
    where: 'setup',
    what: found
      ? 'this Python has no pip, by which libtensorflow would be fetched'
      : 'there is no Python 3, by whose pip libtensorflow would be fetched',
    remedy: found ? 'install pip (Debian: python3-pip)' : 'install Python 3 with pip (Debian: python3-pip)',
  });
}

/**
 * Fetches libtensorflow by pip, which checks its hash, and lays it out as tfjs-node's binding wants it.
 *
 * @param packageFolder  Of tfjs-node.
 */
export async function fetchLibrary(
  python: string,
  packageFolder: string,
  run: RunCommand,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<void> {
  const work = join(packageFolder, 'wheel');
  await mkdir(work);
  const list = join(work, 'requirements.txt');
  await writeFile(list, `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`);
  const where = [
    '--python-version',
    WHEEL.python,
    ...WHEEL.platforms.flatMap((name) => ['--platform', name]),
  ];
  await run(
    python,
    [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary=:all:',
      ...where,
      '--require-hashes',
      '-r',
      list,
      '-d',
      work,
    ],
    { ...options, cwd: work },
  );
  const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'))!;
  await run(python, ['-c', UNPACK, wheel, work], { ...options, cwd: work });
  await layOut(join(work, 'tensorflow'), join(packageFolder, 'deps'));
  await rm(work, { recursive: true });
}

async function layOut(unpacked: string, deps: string): Promise<void> {
  const library = join(deps, 'lib');
  await mkdir(library, { recursive: true });
  await cp(join(unpacked, 'include'), join(deps, 'include'), { recursive: true });
  for (const [name, ...links] of [
    ['libtensorflow_cc.so.2', 'libtensorflow.so', 'libtensorflow.so.2'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  ] as const) {
    await cp(join(unpacked, name), join(library, name));
    for (const link of links) await symlink(name, join(library, link));
  }
}

/**
 * Builds tfjs-node's binding from the source that comes with it.
 *
 * @throws QgtError `engine`, naming the tool that is missing.
 */
export async function buildBinding(
  packageFolder: string,
  run: RunCommand,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<void> {
  for (const [program, remedy] of [
    ['make', 'install make (Debian: make)'],
    ['g++', 'install a C++ compiler (Debian: g++)'],
  ] as const) {
    await run(program, ['--version'], { ...options, cwd: packageFolder }).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new QgtError('engine', {
        where: 'setup',
        what: `there is no ${program}, by which tfjs-node's binding would be built`,
        remedy,
        cause: error,
      });
    });
  }
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include', 'node', 'node_api.h'));
  await run('npx', ['--no-install', 'node-pre-gyp', 'install', '--build-from-source'], {
    ...options,
    // Node's own headers where it came with them, so that node-gyp needn't download any.
    env: { ...options.env, ...(headers ? { npm_config_nodedir: prefix } : {}) },
    cwd: packageFolder,
  });
}

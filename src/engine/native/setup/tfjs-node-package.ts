import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { QgtError } from '../../../core/index.js';
import type { CommandOptions, RunCommand } from './command.js';
import { TFJS_NODE_VERSION } from './engine-folder.js';

/** Integrity of the package's tarball, as the npm registry states it. */
const INTEGRITY =
  'sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==';

/** Key under which qgt stores its own `tf` for tfjs-node to find. */
export const TFJS_KEY = 'qgt.tfjs';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

/**
 * Installs tfjs-node's JavaScript into `folder`, none of its scripts run.
 *
 * In place of a second TensorFlow.js it gets one file that hands over qgt's own, so that tensors are of one kind.
 *
 * @returns The package's folder.
 * @throws QgtError `engine` where it is not the package that is known.
 */
export async function installPackage(
  folder: string,
  run: RunCommand,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<string> {
  await writeShim(join(folder, 'tfjs'), '@tensorflow/tfjs');
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { '@tensorflow/tfjs-node': TFJS_NODE_VERSION },
      overrides: { '@tensorflow/tfjs': 'file:./tfjs' },
    }),
  );
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--install-links'], {
    ...options,
    cwd: folder,
  });
  await checkIntegrity(folder);
  // One of its kernels asks for the core by itself, which it doesn't depend on.
  await writeShim(join(folder, 'node_modules', '@tensorflow', 'tfjs-core'), '@tensorflow/tfjs-core');
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

async function writeShim(folder: string, name: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: TFJS_NODE_VERSION }));
  await writeFile(join(folder, 'index.js'), `module.exports = globalThis[Symbol.for('${TFJS_KEY}')];\n`);
}

async function checkIntegrity(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  const { packages } = lockSchema.parse(lock);
  const got = packages['node_modules/@tensorflow/tfjs-node']?.integrity;
  if (got === INTEGRITY) return;
  throw new QgtError('engine', {
    where: '@tensorflow/tfjs-node',
    what: 'the registry gave another package than the one that is known',
    got,
    expected: INTEGRITY,
    remedy: 'look at the npm registry that is set up here, or use --engine embedded',
  });
}

import { execFile } from 'node:child_process';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { versions } from 'node:process';
import { promisify } from 'node:util';
import { describeError, QgtError, type RunControls, silent, throwIfAborted } from '../core/index.js';
import { engineFolder, processorFeatures, startEngine, timeStep } from '../engine/index.js';
import type { DoctorOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { Diagnosis, EngineDiagnosis } from './results.js';
import { readVersion } from './version.js';

const NPM_MS = 10_000;

/** Describes this machine, and tries which engines work on it and how fast. */
export async function doctor(
  options: DoctorOptions,
  { onProgress = silent, signal }: RunControls = {},
): Promise<Diagnosis> {
  parseOptions('doctor', options);
  const engines: EngineDiagnosis[] = [];
  // The embedded engine last, so that a process that continues has one that works.
  for (const name of ['native', 'embedded'] as const) {
    throwIfAborted(signal);
    onProgress({ kind: 'stage', text: `trying the ${name} engine` });
    engines.push(await examine(name));
  }
  const [native, embedded] = engines.map((engine) => (engine.works ? engine.stepMs : null));
  return {
    qgt: readVersion(),
    node: versions.node,
    npm: await npmVersion(),
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    features: processorFeatures(),
    memoryBytes: { total: totalmem(), free: freemem() },
    engines,
    nativeSpeedup: native == null || embedded == null ? null : embedded / native,
    engineFolder: engineFolder(),
  };
}

async function examine(name: 'native' | 'embedded'): Promise<EngineDiagnosis> {
  try {
    const engine = await startEngine(name);
    return { name, works: true, version: engine.version, stepMs: timeStep(engine) };
  } catch (error) {
    const what = error instanceof QgtError ? error.message : describeError(error);
    return {
      name,
      works: false,
      reason: what.split('\n')[0]!,
      remedy: name === 'native' ? 'qgt setup' : null,
    };
  }
}

async function npmVersion(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('npm', ['--version'], { timeout: NPM_MS });
    return stdout.trim();
  } catch {
    return null;
  }
}

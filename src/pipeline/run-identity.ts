import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bytesOf, QgtError } from '../core/index.js';
import { dataFingerprint } from '../data/index.js';
import { processorFeatures } from '../engine/index.js';
import { isMetricModule } from '../metrics/index.js';
import type { LoadedModel } from '../model/index.js';
import type { Session } from '../session/index.js';
import { decidingOptions } from './options/deciding-options.js';
import { flagOf } from './options/option.js';
import type { ParsedOptions } from './parse-options.js';
import { readVersion } from './version.js';
import { WAY_OF_TRAINING } from './way-of-training.js';

type Options = ParsedOptions<'compress'>;

const PROCESSOR = 'the processor';

/** Texts that decide the result of a run, by the option or the fact. */
export type RunIdentity = Readonly<Record<string, string>>;

/** Describes what decides the result of a compression. */
export async function identityOf(options: Options, { engine, liveModel }: Session): Promise<RunIdentity> {
  const named = decidingOptions(options).map(([name, value]) => [`--${flagOf(name)}`, value]);
  const modules = Object.values(options.metric).filter(isMetricModule);
  return {
    ...Object.fromEntries(named),
    'the model': short(modelChecksum(liveModel.loaded)),
    ...(options.data !== undefined && { '--data': short(await dataFingerprint(options.data)) }),
    ...(options.eval !== undefined && { '--eval': short(await dataFingerprint(options.eval)) }),
    ...(modules.length > 0 && { 'the metric': await modulesChecksums(modules) }),
    ...(options.require.length > 0 && { '--require': await modulesChecksums(options.require) }),
    '--engine': `${engine.name} ${engine.version}`,
    qgt: readVersion(),
    'how qgt trains': WAY_OF_TRAINING,
    [PROCESSOR]: processorFeatures().join(' ') || 'unknown',
  };
}

/**
 * Checks that a run can go on from another one.
 *
 * @returns A note where it goes on, but may end with other bytes.
 * @throws QgtError `usage` that names every option that differs.
 */
export function checkIdentity(now: RunIdentity, before: RunIdentity): string | null {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const differing = names.filter((name) => now[name] !== before[name]);
  const serious = differing.filter((name) => name !== PROCESSOR);
  const list = (identity: RunIdentity) =>
    serious.map((name) => `${name} ${identity[name] ?? 'left out'}`).join(', ');
  if (serious.length > 0) {
    throw new QgtError('usage', {
      where: '--resume',
      what: `${serious.join(', ')}: not as in the interrupted run`,
      got: list(now),
      expected: list(before),
      remedy: 'give the same again, or leave out --resume and give --force, which starts anew',
    });
  }
  return differing.length === 0
    ? null
    : 'the interrupted run was on a processor with other features: the file may differ in rounding from that of one run';
}

/** Enough of a checksum to tell two apart, and to be read. */
const short = (checksum: string): string => checksum.slice(0, 16);

/** Checksums of the texts of modules; what they import is not among them. */
async function modulesChecksums(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => readFile(path)));
  return texts.map((text) => short(createHash('sha256').update(text).digest('hex'))).join(' ');
}

function modelChecksum({ topology, weights }: LoadedModel): string {
  const hash = createHash('sha256').update(JSON.stringify(topology));
  for (const { name, values } of weights) hash.update(name).update(bytesOf(values));
  return hash.digest('hex');
}

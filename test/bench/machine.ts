import { cpus, totalmem } from 'node:os';
import { processorFeatures } from '../../src/engine/index.js';

/** What figures were measured on, in words. */
export async function machine(): Promise<string> {
  const cores = cpus();
  const gibibytes = totalmem() / 2 ** 30;
  const processor = [cores[0]!.model.trim(), ...processorFeatures()].join(', ');
  return `${cores.length} cores (${processor}), ${gibibytes.toFixed(0)} GiB of memory, ${process.platform} ${process.arch}`;
}

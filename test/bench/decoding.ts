/**
 * How fast `qgt/runtime` unpacks, in MB of float32 weights a second of processor time: one kernel of 3x3x512x512, codes
 * as of a trained one, which the coder `range` has. Files that are named are bundles of it, measured in turns.
 *
 *     node --import ./test/typescript.js test/bench/decoding.ts [old/runtime.js new/runtime.js]
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packModel } from '../../src/pack/index.js';
import type { fromQgt } from '../../src/runtime/index.js';
import { likeWeights } from '../pack/like-weights.js';

const SHAPE = [3, 3, 512, 512];
const ROUNDS = 5;

const named = process.argv.slice(2).map((path) => pathToFileURL(resolve(path)).href);
const addresses = named.length > 0 ? named : ['../../src/runtime/index.js'];
const runtimes: { fromQgt: typeof fromQgt }[] = await Promise.all(
  addresses.map((address) => import(address)),
);

for (const levels of [3, 4, 16, 255]) {
  const model = { kind: 'layers', topology: {}, metadata: {}, preprocessing: {} } as const;
  const { bytes } = await packModel({ ...model, tensors: [likeWeights(SHAPE, levels, 1)] });
  const speeds: number[][] = runtimes.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { fromQgt }] of runtimes.entries()) {
      const start = process.cpuUsage();
      const { weightData } = await fromQgt(bytes).load();
      const { user, system } = process.cpuUsage(start);
      speeds[index]!.push(weightData.byteLength / (user + system));
    }
  }
  for (const [index, each] of speeds.entries()) {
    const median = [...each].sort((a, b) => a - b)[ROUNDS >> 1]!;
    const all = each.map((speed) => speed.toFixed(0)).join(', ');
    console.log(`${addresses[index]}: ${levels} levels: ${median.toFixed(0)} MB/s (${all})`);
  }
}

/**
 * How fast `qgt/runtime` unpacks, in MB of float32 weights a second of processor time: one kernel of 3x3x512x512, codes
 * as of a trained one, which the coder `range` has.
 *
 *     node --import ./test/typescript.js test/bench/decoding.ts
 */
import { packModel } from '../../src/pack/index.js';
import { fromQgt } from '../../src/runtime/index.js';
import { likeWeights } from '../pack/like-weights.js';

const SHAPE = [3, 3, 512, 512];
const ROUNDS = 5;

for (const levels of [3, 4, 16, 255]) {
  const model = { kind: 'layers', topology: {}, metadata: {}, preprocessing: {} } as const;
  const { bytes } = await packModel({ ...model, tensors: [likeWeights(SHAPE, levels, 1)] });
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    const { weightData } = await fromQgt(bytes).load();
    const { user, system } = process.cpuUsage(start);
    speeds.push(weightData.byteLength / (user + system));
  }
  const median = speeds.sort((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(
    `${levels} levels: ${median.toFixed(0)} MB/s (${speeds.map((each) => each.toFixed(0)).join(', ')})`,
  );
}

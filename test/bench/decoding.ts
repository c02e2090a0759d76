/**
 * How fast `qgt/runtime` unpacks, in MB of float32 weights a second: one kernel of 3x3x512x1024, random codes.
 *
 *     node --import ./test/typescript.js test/bench/decoding.ts
 */
import { createRandom, sizeOf } from '../../src/core/index.js';
import { packModel } from '../../src/pack/index.js';
import { fromQgt } from '../../src/runtime/index.js';

const SHAPE = [3, 3, 512, 1024];
const ROUNDS = 5;

for (const levels of [3, 4, 16, 255]) {
  const file = await packKernel(levels);
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { weightData } = await fromQgt(file).load();
    speeds.push(weightData.byteLength / 1000 / (performance.now() - start));
  }
  const median = speeds.sort((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(
    `${levels} levels: ${median.toFixed(0)} MB/s (${speeds.map((each) => each.toFixed(0)).join(', ')})`,
  );
}

async function packKernel(count: number): Promise<Uint8Array> {
  const random = createRandom(1);
  const codes = Uint8Array.from({ length: sizeOf(SHAPE) }, () => Math.floor(random.next() * count));
  const levels = Float32Array.from({ length: count }, (_, code) => code - (count - 1) / 2);
  const scale = Float32Array.from({ length: SHAPE[3]! }, () => random.next());
  const tensor = { name: 'kernel', shape: SHAPE, axes: [3], codes, grid: { levels, scale } };
  const model = { kind: 'layers', topology: {}, metadata: {}, preprocessing: {} } as const;
  const { bytes } = await packModel({ ...model, tensors: [{ encoding: 'codes', ...tensor }] });
  return bytes;
}

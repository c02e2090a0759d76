// Run by process.test.ts: the real process around a pipeline that works until it is stopped.
import { setTimeout } from 'node:timers/promises';
import { main } from '../../src/cli/index.js';
import { throwIfAborted } from '../../src/core/index.js';
import { openOutput } from '../../src/files/index.js';
import { fakePipeline, sampleInspection } from './fake-pipeline.js';

const deaf = process.argv.includes('deaf.json');
const blocked = process.argv.includes('blocked.json');
const folder = process.argv[process.argv.indexOf('-o') + 1]!;
const { pipeline } = fakePipeline(async ({ onProgress, signal, stopEarly, onOutput }) => {
  if (process.argv.includes('-o')) {
    const output = await openOutput({ folder, force: true, files: [], onOutput });
    await output.add({ path: 'model.qgt', bytes: 'half a fi' });
  }
  console.log('a library that prints');
  onProgress!({ kind: 'stage', text: 'working' });
  if (process.argv.includes('pid.json')) process.stderr.write(`process ${process.pid}.\n`);
  // A loop that lets no event through, as TensorFlow does; it ends by itself only for the sake of a test that fails.
  for (const start = Date.now(); blocked && Date.now() - start < 60_000; );
  while (process.argv.includes('compress')) {
    await setTimeout(5);
    if (!deaf) throwIfAborted(signal ?? stopEarly);
  }
});
// More than a pipe holds, so that a reader who leaves early is noticed.
const weights = Array.from({ length: 5000 }, () => sampleInspection.weights[0]!);
process.exitCode = await main({
  loadPipeline: async () => ({ ...pipeline, inspect: async () => ({ ...sampleInspection, weights }) }),
});

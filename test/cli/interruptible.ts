// Run by process.test.ts: the real process around a pipeline that works until it is stopped.
import { setTimeout } from 'node:timers/promises';
import { main } from '../../src/cli/index.js';
import { throwIfAborted } from '../../src/core/index.js';
import { fakePipeline, sampleInspection } from './fake-pipeline.js';

const deaf = process.argv.includes('deaf.json');
const { pipeline } = fakePipeline(async ({ onProgress, signal }) => {
  console.log('a library that prints');
  onProgress!({ kind: 'stage', text: 'working' });
  while (process.argv.includes('compress')) {
    await setTimeout(5);
    if (!deaf) throwIfAborted(signal);
  }
});
// More than a pipe holds, so that a reader who leaves early is noticed.
const weights = Array.from({ length: 5000 }, () => sampleInspection.weights[0]!);
process.exitCode = await main({
  loadPipeline: async () => ({ ...pipeline, inspect: async () => ({ ...sampleInspection, weights }) }),
});

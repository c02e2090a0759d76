export type { Io, OutputStream } from './io.js';
export { main } from './main.js';
export type { LoadPipeline, Pipeline } from './pipeline.js';
export { type RunDependencies, runCli } from './run.js';

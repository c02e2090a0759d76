export { checkOutput, type OutputPlace } from './check-output.js';
export type { CheckpointFiles, KeptRun } from './checkpoint.js';
export { defaultOutput } from './default-output.js';
export { type OutputFolder, openOutput, withOutput } from './output-folder.js';
export { isAlive } from './process-life.js';
export { repairOutput } from './repair.js';
export type { OutputFile } from './staged-files.js';
export { tidyOutput } from './tidy.js';
export { writeAside } from './write-aside.js';

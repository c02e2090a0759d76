import { github } from './github.js';
import { junit } from './junit.js';
import type { Reporter } from './reporter.js';

/** Every reporter that `--reporter` takes, in the order of the help. */
export const reporters: readonly Reporter[] = [github, junit];

export { annotation } from './github.js';
export type { CiFile, Environment, Reporter } from './reporter.js';

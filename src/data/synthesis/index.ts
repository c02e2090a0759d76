export type { SyntheticOutput } from './classes.js';
export type { SourceModel } from './goal.js';
export type { SyntheticInput } from './noise.js';
export { type Synthesis, type SynthesisOptions, synthesizeInputs, type TimeLimit } from './synthesize.js';

export { engineHome } from './home.js';
export { type SetUpDependencies, setUpNative } from './set-up.js';
export type { SetUpOptions, SetUpResult, SetUpStep } from './types.js';

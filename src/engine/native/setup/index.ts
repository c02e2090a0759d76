export { engineFolder } from './engine-folder.js';
export { type SetUpDependencies, setUpNative } from './set-up.js';
export type { SetUpOptions, SetUpResult, SetUpStep } from './types.js';

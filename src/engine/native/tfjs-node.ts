import { createRequire } from 'node:module';
import util from 'node:util';

/** What is used of `@tensorflow/tfjs-node`; importing it registers the backend `tensorflow`. */
export interface TfjsNode {
  readonly version: { readonly 'tfjs-node': string };
}

/** Loads `@tensorflow/tfjs-node`, or throws where it isn't installed or its binary doesn't load. */
export type TfjsNodeLoader = () => TfjsNode;

/** Loads the installed `@tensorflow/tfjs-node`, keeping TensorFlow's log off the terminal unless QGT_LOG=debug. */
export const loadTfjsNode: TfjsNodeLoader = () => {
  if (process.env.QGT_LOG !== 'debug') process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  restoreUtil();
  return createRequire(import.meta.url)('@tensorflow/tfjs-node') as TfjsNode;
};

/** tfjs-node 4.22 calls two functions that Node 23 took out. */
function restoreUtil(): void {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value, configurable: true });
  }
}

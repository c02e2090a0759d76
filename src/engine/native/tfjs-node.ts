import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '../tf.js';
import { engineFolder } from './setup/engine-folder.js';
import { TFJS_KEY } from './setup/tfjs-node-package.js';

/** The part of `@tensorflow/tfjs-node` that is used; importing it registers the backend `tensorflow`. */
export interface TfjsNode {
  readonly version: { readonly 'tfjs-node': string };
}

/** Loads `@tensorflow/tfjs-node`, or throws where it isn't installed or its binary doesn't load. */
export type TfjsNodeLoader = () => TfjsNode;

const PACKAGE = '@tensorflow/tfjs-node';

/**
 * Loads tfjs-node: the one that QGT_NATIVE names and no other, else the installed one, else that of `qgt setup`.
 *
 * TensorFlow's log stays off the terminal unless QGT_LOG=debug, and its oneDNN kernels are on unless TF_ENABLE_ONEDNN_OPTS
 * says otherwise.
 */
export const loadTfjsNode: TfjsNodeLoader = () => {
  if (process.env.QGT_LOG !== 'debug') process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // TensorFlow takes them by itself where a processor has AVX512_VNNI and the like; a step gains as much without (decision 5).
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  restoreUtil();
  if (process.env.QGT_NATIVE) return loadFrom(process.env.QGT_NATIVE);
  try {
    return createRequire(import.meta.url)(PACKAGE) as TfjsNode;
  } catch (error) {
    const made = engineFolder();
    if (!existsSync(made)) throw error;
    return loadFrom(made);
  }
};

/** The tfjs-node that `qgt setup` made, which takes its TensorFlow.js from here. */
function loadFrom(folder: string): TfjsNode {
  (globalThis as Record<symbol, unknown>)[Symbol.for(TFJS_KEY)] = tf;
  return createRequire(join(folder, 'package.json'))(PACKAGE) as TfjsNode;
}

/** tfjs-node 4.22 calls two functions that Node 22 warns of at each run, and that Node 23 took out. */
function restoreUtil(): void {
  const deprecated = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, value] of Object.entries(deprecated)) {
    Object.defineProperty(util, name, { value, configurable: true, writable: true });
  }
}

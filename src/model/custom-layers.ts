import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError, QgtError } from '../core/index.js';
import { addTensorMethods } from '../engine/tensor-methods.js';
import * as tf from '../engine/tf.js';
import { registeredClasses } from './registry.js';

/** Function that a user's module may export to receive our `tf`. */
type Register = (ours: typeof tf) => unknown;

/** Modules that have registered their classes already: importing them again registers nothing new. */
const registered = new Set<string>();

/**
 * Imports the modules that bring a model's custom layers (`--require`).
 *
 * A module exports `default` or `register`, a function that is given our `tf`, or registers its classes by itself
 * with the tfjs that it imports, which must then be the one that we use.
 *
 * @param paths  Of ES or CommonJS modules, relative to the working directory.
 * @throws QgtError `not-found` for a missing file, `usage` for one that fails or registers nothing.
 */
export async function requireCustomLayers(paths: readonly string[]): Promise<void> {
  if (paths.length > 0) addTensorMethods();
  for (const path of paths) {
    const file = resolve(path);
    if (!(await stat(file).catch(() => undefined))?.isFile()) {
      throw new QgtError('not-found', {
        where: path,
        what: 'no such file',
        remedy: 'check the path given to --require',
      });
    }
    const before = registeredClasses();
    const register = registerOf(await importModule(file, path));
    if (register !== undefined) await callRegister(register, path);
    const isNew = [...registeredClasses()].some((name) => !before.has(name));
    if (isNew || register !== undefined) registered.add(file);
    else if (!registered.has(file)) throw registersNothing(path);
  }
}

async function importModule(file: string, path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    const missing = /Cannot find (package|module) '@tensorflow/.test(describeError(cause));
    throw new QgtError('usage', {
      where: path,
      what: `the module cannot be loaded: ${describeError(cause)}`,
      remedy: missing
        ? 'export default function (tf) { ... } takes tfjs from qgt and needs no import'
        : 'see that `node` can import it',
      cause,
    });
  }
}

function registerOf(module: unknown): Register | undefined {
  const exported = Object(module) as Record<string, unknown>;
  const fallback = Object(exported.default) as Record<string, unknown>;
  return [exported.default, exported.register, fallback.default, fallback.register].find(isRegister);
}

function isRegister(value: unknown): value is Register {
  // A class can't be called; one that is exported registers itself.
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));
}

async function callRegister(register: Register, path: string): Promise<void> {
  try {
    await register(tf);
  } catch (cause) {
    throw new QgtError('usage', {
      where: path,
      what: `its function failed: ${describeError(cause)}`,
      remedy: 'it is called with tf, once, and calls tf.serialization.registerClass for every layer',
      cause,
    });
  }
}

function registersNothing(path: string): QgtError {
  return new QgtError('usage', {
    where: path,
    what: 'it registered no class with the tfjs that qgt uses (a tfjs of its own is another one)',
    remedy: 'export default function (tf) { ... } and register the layers with that tf',
  });
}

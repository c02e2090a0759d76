import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { QgtError } from '../../core/index.js';
import { compileEagerly } from '../eager-step.js';
import type { Engine } from '../engine.js';
import * as tf from '../tf.js';
import { tellFullMemory } from './full-memory.js';
import { registerKernels } from './kernels.js';

/**
 * Starts tfjs's WASM backend with the kernels that training needs.
 *
 * One thread: the backend's own threads need a browser's Worker.
 *
 * @throws QgtError `engine` where WebAssembly does not start.
 */
export async function startEmbedded(): Promise<Engine> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  await import('@tensorflow/tfjs-backend-cpu');
  if (tf.engine().registry.wasm === undefined) wasm.setWasmPaths(wasmFolder());
  registerKernels();
  if (!(await withoutNewListeners(() => tf.setBackend('wasm')))) {
    throw new QgtError('engine', {
      where: 'embedded engine',
      what: 'the WebAssembly backend did not start',
      remedy: 'reinstall qgt, so that the .wasm files of @tensorflow/tfjs-backend-wasm are in place',
    });
  }
  tellFullMemory(tf.backend() as BackendWasm);
  return {
    name: 'embedded',
    backend: 'wasm',
    version: wasm.version_wasm,
    compileStep: compileEagerly,
  };
}

function wasmFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return join(dirname(manifest), 'wasm-out') + sep;
}

/** Emscripten catches every uncaught error of the process, only to print its whole source and throw it again. */
async function withoutNewListeners<Result>(run: () => Promise<Result>): Promise<Result> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as 'uncaughtException')));
  const result = await run();
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[index]!.has(listener)) process.removeListener(event, listener);
    }
  });
  return result;
}

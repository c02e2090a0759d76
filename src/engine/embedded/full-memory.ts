import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { QgtError } from '../../core/index.js';
import type * as tf from '../tf.js';

/** Bytes that WebAssembly can address. */
const ADDRESSED = 2 ** 32;

/** The part of a backend that allocates its memory; the address 0 stands for none. */
interface Allocator {
  _malloc(bytes: number): number;
}

const guarded = new WeakSet<Allocator>();

/**
 * Makes a backend say that its memory is full, in place of taking the address 0 for a place to write to, which ends it
 * outside of its memory later on.
 */
export function tellFullMemory({ wasm }: BackendWasm): void {
  if (!isAllocator(wasm) || guarded.has(wasm)) return;
  guarded.add(wasm);
  // Emscripten puts another function in its place at the first call.
  wasm._malloc(0);
  const allocate = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    const place = bytes < ADDRESSED ? allocate(bytes) : 0;
    if (place === 0 && bytes > 0) throw fullMemory();
    return place;
  };
}

const isAllocator = (module: object): module is Allocator => '_malloc' in module;

/** A kernel that says the same where it is ended by an allocation of its own. */
export function tellingFullMemory(kernel: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    try {
      return kernel(call);
    } catch (cause) {
      throw cause instanceof WebAssembly.RuntimeError ? fullMemory(cause) : cause;
    }
  };
}

const fullMemory = (cause?: unknown): QgtError =>
  new QgtError('engine', {
    where: 'embedded engine',
    what: 'its memory is full: WebAssembly has 4 GiB at most',
    remedy:
      'take the native engine (qgt doctor tells how to have it), or fewer samples at a time with --batch-size',
    cause,
  });

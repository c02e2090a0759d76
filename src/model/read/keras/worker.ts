import { parentPort } from 'node:worker_threads';
import { describeError, type ErrorCode, QgtError } from '../../../core/index.js';
import { type KerasFile, type KerasModel, parseKeras } from './keras-model.js';

/** An error of `parseKeras`; only its text passes from thread to thread. */
export interface KerasFailure {
  readonly code: ErrorCode;
  readonly where: string;
  readonly message: string;
}

/** `ready` once, then what every file holds, or why that can't be told. */
export type KerasReply = 'ready' | { readonly model: KerasModel } | { readonly failure: KerasFailure };

parentPort!.on('message', async (given: KerasFile) => {
  try {
    const model = await parseKeras(given);
    const buffers = new Set(model.weights.map(({ values }) => values.buffer as ArrayBuffer));
    parentPort!.postMessage({ model } satisfies KerasReply, [...buffers]);
  } catch (thrown) {
    parentPort!.postMessage({ failure: failureOf(thrown, given.file) } satisfies KerasReply);
  }
});

function failureOf(thrown: unknown, file: string): KerasFailure {
  if (thrown instanceof QgtError) {
    const { code, where, message } = thrown;
    return { code, where, message };
  }
  return { code: 'bad-model', where: file, message: `${file}: cannot be read (${describeError(thrown)})` };
}

parentPort!.postMessage('ready');

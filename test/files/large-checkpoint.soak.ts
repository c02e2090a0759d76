import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOutput } from '../../src/files/index.js';
import { withFolder } from '../pipeline/digits.js';

const TENSOR_BYTES = 2 ** 28;
/** Together more than 2 GiB, at which Node no longer reads or writes a file at once. */
const TENSORS = 9;
/** What may be in memory beside the tensors themselves. */
const SLACK_BYTES = 2 ** 28;

describe('a checkpoint of more than 2 GiB', () => {
  it('is written without a copy in memory, and read once', () =>
    withFolder(async (folder) => {
      const numbers = Float32Array.from({ length: TENSOR_BYTES / 4 }, (_, at) => at % 1000);
      // Each is written by itself, though they share their memory here.
      const variables = Array.from({ length: TENSORS }, (_, at) => numbers.subarray(at));
      const run = { identity: {}, force: false };
      const output = await openOutput({ folder, force: true, files: [] });
      const before = process.memoryUsage.rss();
      assert.equal(await output.checkpoint.write('training-0', { variables }, run), null);
      const written = process.memoryUsage.rss() - before;
      assert.ok(written < SLACK_BYTES, `${written} bytes more while it was written`);
      const { size } = await stat(join(folder, '.qgt-run', 'checkpoint', 'training-0.ckpt'));
      assert.ok(size > 2 ** 31, `${size}`);
      const read = (await output.checkpoint.read('training-0')) as { readonly variables: Float32Array[] };
      const resident = process.memoryUsage.rss() - before;
      assert.ok(resident < size + SLACK_BYTES, `${resident} bytes more once it was read`);
      for (const [at, values] of variables.entries())
        assert.ok(Buffer.from(read.variables[at]!.buffer).equals(bytesOf(values)), `tensor ${at}`);
      await output.close();
    }));
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

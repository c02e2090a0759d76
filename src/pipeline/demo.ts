import { fileURLToPath } from 'node:url';
import type { RunControls } from '../core/index.js';
import { compress } from './compress.js';
import type { DemoOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { CompressResult } from './results.js';

/** Where the digits are, in a clone and in the package. */
const fixture = (path: string): string => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));

const OUTPUT = 'qgt-demo';
const BITS = 2;
/** Enough for the demo's model, and over in seconds on either engine. */
const EPOCHS = 8;

/**
 * Compresses the small model of hand-written digits that is part of the package, to 2 bits.
 *
 * @throws QgtError as `compress` does.
 */
export async function demo(options: DemoOptions, controls: RunControls = {}): Promise<CompressResult> {
  const { output = OUTPUT, force, engine } = parseOptions('demo', options);
  return compress(
    {
      model: fixture('demo/model.json'),
      data: fixture('digits/train.npz'),
      eval: fixture('digits/test.npz'),
      bits: BITS,
      epochs: EPOCHS,
      output,
      force,
      engine,
    },
    controls,
  );
}

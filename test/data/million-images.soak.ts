import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { evaluate } from '../../src/index.js';
import { withFolder } from '../pipeline/digits.js';
import { saveModel } from '../pipeline/saved-model.js';
import { CLASSES, idxOf, SIDE } from './million-images.js';

const IMAGES = 1_000_000;
const LOOK_EVERY_MS = 250;
/** What allocators and caches may still take. */
const SLACK_BYTES = 64 * 2 ** 20;
/** The engine, batches and an index for each image; a fourth of what the images take. */
const ROOM_BYTES = 288 * 2 ** 20;

setFlagsFromString('--expose-gc');
/** Frees what nobody holds any more, which else is there or not by chance. */
const collectGarbage: () => void = runInNewContext('gc');

async function saveTinyModel(folder: string): Promise<string> {
  await startEngine('embedded');
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.flatten({ inputShape: [SIDE, SIDE, 1] }),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
  return saveModel(model, folder);
}

/** Resident memory of this process in each tenth of the measuring, as medians in MiB, and the most there was at all. */
async function memoryOf(model: string, data: string): Promise<{ tenths: number[]; most: number }> {
  const measured: number[] = [];
  let most = 0;
  let isMeasuring = false;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
    if (!isMeasuring) return;
    collectGarbage();
    measured.push(process.memoryUsage.rss());
  }, LOOK_EVERY_MS);
  const { samples } = await evaluate(
    { model, data, engine: 'embedded', inputRange: { '*': '0..1' } },
    {
      onProgress: (event) => {
        if (event.kind === 'stage' && event.text.startsWith('measuring')) isMeasuring = true;
      },
    },
  );
  clearInterval(timer);
  assert.equal(samples, IMAGES);
  const tenth = Math.floor(measured.length / 10);
  const tenths = Array.from({ length: 10 }, (_, at) =>
    medianOf(measured.slice(at * tenth, (at + 1) * tenth)),
  );
  return { tenths, most };
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe(`${IMAGES} images are measured in constant memory`, () => {
  it('in an idx file, where they stay', (test) =>
    withFolder(async (folder) => {
      const model = await saveTinyModel(folder);
      const path = await idxOf(folder, IMAGES);
      const before = process.memoryUsage.rss();
      const { user, system } = process.cpuUsage();
      const { tenths, most } = await memoryOf(model, path);
      const taken = process.cpuUsage({ user, system });
      const line = `${tenths.map(inMebibytes).join(', ')} MiB in tenths, ${inMebibytes(most)} at most, ${inMebibytes(before)} before; ${((taken.user + taken.system) / 1e6).toFixed(0)} s of the processor`;
      test.diagnostic(line);
      assert.ok(tenths.at(-1)! - tenths[1]! <= SLACK_BYTES, line);
      assert.ok(most - before <= ROOM_BYTES, line);
    }));
});

const inMebibytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20));

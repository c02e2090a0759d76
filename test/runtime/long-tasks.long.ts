import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import * as tf from '../../src/engine/tf.js';
import { packModel } from '../../src/pack/index.js';
import type { loadQgt, QgtHandler } from '../../src/runtime/index.js';
import { skipWithoutBrowser, startBrowser } from '../browser.js';
import { startCpu } from '../cpu-engine.js';
import { likeWeights } from '../pack/like-weights.js';
import { buildRuntime } from './bundle.js';

const LAYERS = 10;
const UNITS = 1024;
const MAX_TASK_MS = 50;
const MOST_LOADS = 6;
/** How much longer than busy slices on the same machine an unpacking may keep a page: both are the worst of many. */
const CROWD_FACTOR = 1.5;
const modules = fileURLToPath(new URL('../../node_modules/@tensorflow/', import.meta.url));

/** The longest task and the longest time without a message in it, in ms. */
interface Blocked {
  readonly task: number;
  readonly gap: number;
}

/** How a page fared while it unpacked a model, and while tfjs made a model of what was unpacked. */
interface Loading {
  readonly unpacking: Blocked;
  readonly all: Blocked;
  readonly weightBytes: number;
  readonly predicted: number[];
}

/** Function that the page has beside tfjs: it begins to watch the event loop, its result ends that. */
declare const watch: () => () => Promise<Blocked>;

/**
 * Defines `watch` in the page, by the browser's own observer and by messages that the page sends itself, and `__name`,
 * which the compiler of these tests calls in functions that are then sent to the page.
 */
const WATCH = `globalThis.__name = (value) => value;
globalThis.watch = () => {
  const start = performance.now();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  observer.observe({ type: 'longtask', buffered: true });
  const { port1, port2 } = new MessageChannel();
  let last = start;
  let gap = 0;
  const look = () => {
    gap = Math.max(gap, performance.now() - last);
    last = performance.now();
  };
  port1.onmessage = () => {
    look();
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return async () => {
    look();
    port1.close();
    const end = performance.now();
    // Entries come some time after their task.
    await new Promise((resolve) => setTimeout(resolve, 500));
    observer.disconnect();
    const within = tasks.filter((task) => task.startTime < end && task.startTime + task.duration > start);
    return { task: Math.max(0, ...within.map((task) => task.duration)), gap };
  };
};`;

describe('a page that loads a model of 42 MB, in Chromium', { skip: skipWithoutBrowser() }, () => {
  let folder: string;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    const runtime = join(folder, 'runtime.js');
    await buildRuntime(runtime);
    const packed = Buffer.from(await packLargeModel());
    browser = await startBrowser();
    page = await browser.newPage();
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/runtime.js') return route.fulfill({ path: runtime });
      if (pathname === '/model.qgt') return route.fulfill({ body: packed });
      return route.fulfill({ body: '<!DOCTYPE html>', contentType: 'text/html' });
    });
    await page.goto('https://qgt.test/');
    for (const name of ['core', 'layers', 'backend-cpu'])
      await page.addScriptTag({ path: join(modules, `tfjs-${name}/dist/tf-${name}.min.js`) });
    await page.addScriptTag({ content: WATCH });
    // What loading the scripts took is not what is measured.
    await page.waitForTimeout(500);
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  it('sees a task of 120 ms', async () => {
    const { task, gap } = await page.evaluate(async () => {
      const stop = watch();
      await new Promise<void>((resolve) =>
        setTimeout(() => {
          for (const end = performance.now() + 120; performance.now() < end; );
          resolve();
        }),
      );
      return stop();
    });
    assert.ok(task >= 115, `task of ${task} ms`);
    assert.ok(gap >= 115, `gap of ${gap} ms`);
  });

  it('is never kept for 50 ms while the runtime unpacks', async (test) => {
    const shown = ({ task, gap }: Blocked) =>
      `${task.toFixed(0)} ms in a task, ${gap.toFixed(0)} ms without a message`;
    // Other processes may hold the processor meanwhile; a task that is long by itself is long each time, also beside
    // what the same crowd makes of work that is known to be in slices.
    let isShort = false;
    for (let load = 0; load < MOST_LOADS && !isShort; load++) {
      const slices = await page.evaluate(workInSlices);
      test.diagnostic(`slices of 8 ms: ${shown(slices)}`);
      const { unpacking, all, weightBytes, predicted } = await page.evaluate(loadInPage, '/runtime.js');
      test.diagnostic(`unpacking: ${shown(unpacking)}`);
      test.diagnostic(`with what tfjs does then: ${shown(all)}`);
      assert.equal(weightBytes, 4 * LAYERS * UNITS * UNITS);
      assert.ok(predicted.every(Number.isFinite) && new Set(predicted).size > 1);
      const most = Math.max(MAX_TASK_MS, CROWD_FACTOR * slices.gap);
      isShort = unpacking.task < most && unpacking.gap < most;
    }
    assert.ok(isShort);
  });
});

/** Runs in the page: three seconds of work in slices of 8 ms. */
async function workInSlices(): Promise<Blocked> {
  const stop = watch();
  for (const end = performance.now() + 3000; performance.now() < end; ) {
    for (const pause = performance.now() + 8; performance.now() < pause; );
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
  }
  return stop();
}

/** Runs in the page. */
async function loadInPage(runtime: string): Promise<Loading> {
  const { loadQgt: load }: { loadQgt: typeof loadQgt } = await import(runtime);
  const page = globalThis as unknown as { tf: typeof tf };
  await page.tf.setBackend('cpu');
  const stopAll = watch();
  const stopUnpacking = watch();
  let weightBytes = 0;
  let unpacking: Blocked = { task: Infinity, gap: Infinity };
  const layers = {
    async loadLayersModel(handler: QgtHandler) {
      const artifacts = await handler.load();
      // It waits, so that what tfjs does begins in a task of its own.
      unpacking = await stopUnpacking();
      weightBytes = artifacts.weightData.byteLength;
      return page.tf.loadLayersModel({ load: async () => artifacts as tf.io.ModelArtifacts });
    },
  };
  const model = await load('/model.qgt', { tf: layers, kind: 'layers' });
  const all = await stopAll();
  const input = page.tf.ones([1, model.inputs[0]!.shape[1]!]);
  const predicted = [...(model.predict(input) as tf.Tensor).dataSync()];
  return { unpacking, all, weightBytes, predicted };
}

/** Dense layers one after the other, 2 bits a weight. */
async function packLargeModel(): Promise<Uint8Array> {
  await startCpu();
  const dense = { units: UNITS, useBias: false, kernelInitializer: 'zeros' } as const;
  const network = tf.sequential({
    layers: Array.from({ length: LAYERS }, (_, index) =>
      tf.layers.dense(index === 0 ? { ...dense, inputShape: [UNITS] } : dense),
    ),
  });
  const topology = network.toJSON(null, false) as unknown as Record<string, unknown>;
  const tensors = network.weights.map(({ originalName: name }, seed) => ({
    ...likeWeights([UNITS, UNITS], 4, seed),
    name,
  }));
  network.dispose();
  const model = { kind: 'layers', topology, metadata: {}, preprocessing: {}, tensors } as const;
  return (await packModel(model)).bytes;
}

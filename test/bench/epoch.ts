import { join } from 'node:path';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { fitGrids } from '../../src/compression/file/rounding.js';
import { tune } from '../../src/compression/fitting/tuning.js';
import { optionsForSamples, withDefaults } from '../../src/compression/fitting/tuning-options.js';
import type { ProgressEvent } from '../../src/core/index.js';
import type { Engine } from '../../src/engine/index.js';
import { sampleOptions } from '../../src/pipeline/sample-options.js';
import { chooseAugmentations } from '../../src/session/samples/augmenting.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { openSession } from '../../src/session/session.js';
import { optionsOf } from '../options.js';
import { unpackImages } from './images.js';
import type { Subject } from './subjects.js';

/** An epoch of `qgt compress` on image files, and what it did. */
export interface EpochFigures {
  readonly title: string;
  readonly steps: number;
  readonly epochMs: number;
  /** Part of `epochMs` in TensorFlow, from a batch's values to its loss. */
  readonly insideMs: number;
}

/** Steps that record, check and measure, and are no epoch's usual ones. */
const WARM_UP = 10;

/** Runs an epoch as `qgt compress --bits 2 --epochs 1` does, all defaults, and times what it does between its steps. */
export async function measureEpoch(subject: Subject): Promise<EpochFigures> {
  const folder = await unpackImages(subject.archive, subject.images.split('/')[0]!);
  const options = withDefaults(
    optionsOf('compress', {
      model: subject.model,
      bits: 2,
      data: join(folder, 'train'),
      eval: join(folder, 'test'),
      epochs: 1,
      engine: 'native',
    }),
  );
  const session = await openSession(options, () => {});
  if (session.liveModel.kind !== 'layers') throw new Error(`${subject.model} is a GraphModel`);
  const plan = planModel(session.liveModel, { ...options, bits: 2 });
  const samples = await openSamples(session, sampleOptions(options, {}));
  const { augmentations } = await chooseAugmentations(
    { liveModel: session.liveModel, samples, seed: options.seed },
    options.augment,
  );
  const grids = fitGrids(floatWeights(session.liveModel), plan);
  const watch = stopwatch(session.engine);
  const tuning = optionsForSamples(options, session, samples);
  let [steps, startedAt, epochMs, insideMs] = [0, 0, 0, 0];
  const controls = {
    onProgress: (event: ProgressEvent) => {
      if (event.kind !== 'step') return;
      if (event.step === WARM_UP) {
        startedAt = performance.now();
        watch.reset();
      }
      if (event.step > WARM_UP)
        [steps, epochMs, insideMs] = [steps + 1, performance.now() - startedAt, watch.ms()];
    },
  };
  const job = {
    session: { ...session, engine: watch.engine },
    samples,
    augmentations,
    options: tuning,
    controls,
  };
  await tune(job, { liveModel: session.liveModel, plan, grids });
  await samples.close();
  session.liveModel.dispose();
  return { title: subject.title, steps, epochMs, insideMs };
}

/** The engine, and how long its compiled steps ran. */
function stopwatch(engine: Engine): { engine: Engine; reset(): void; ms(): number } {
  let ms = 0;
  const compileStep: Engine['compileStep'] = (...args) => {
    const compiled = engine.compileStep(...args);
    return {
      ...compiled,
      run: (inputs) => {
        const from = performance.now();
        const outputs = compiled.run(inputs);
        ms += performance.now() - from;
        return outputs;
      },
    };
  };
  return {
    engine: { ...engine, compileStep },
    reset: () => {
      ms = 0;
    },
    ms: () => ms,
  };
}

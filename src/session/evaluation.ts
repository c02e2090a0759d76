import type { StageControls } from '../core/index.js';
import type { Engine } from '../engine/index.js';
import type { LiveModel } from './live-model.js';
import type { Samples } from './samples/samples.js';

/** Input of a measurement: a model, its engine, and samples in a seeded order. */
export interface Evaluation extends StageControls {
  readonly engine: Engine;
  readonly liveModel: LiveModel;
  readonly samples: Samples;
  readonly seed: number;
  /** Samples at most; left out: all of them. */
  readonly limit?: number | undefined;
}

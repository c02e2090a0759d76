import { silent } from '../core/index.js';
import { packModel } from '../pack/index.js';
import { efforts } from '../train/index.js';
import { sampleOptions, withDefaults } from './compress.js';
import type { CompressOptions } from './options.js';
import { floatWeights, packedModel, planSubject } from './packing.js';
import { parseOptions } from './parse-options.js';
import type { Plan, PlannedLayer, RunControls } from './results.js';
import { fitGrids, type PlanByName, storeTensors } from './rounding.js';
import { openSamples, type Samples } from './samples.js';
import { openSession, type Session } from './session.js';
import { defaultBatchSize, type TuningOptions, tune } from './tuning.js';

/** Steps that are run to see how long one takes; the first ones, which record and check, are not counted. */
const TIMED_STEPS = 12;
const SET_UP_STEPS = 3;

/** What `compress` would do with these options: bits and bytes of each weight, and the time; nothing is written. */
export async function planCompression(options: CompressOptions, controls: RunControls = {}): Promise<Plan> {
  const parsed = withDefaults(parseOptions('compress', options));
  const session = await openSession(parsed, controls.onProgress ?? silent);
  const { subject } = session;
  const plan = planSubject(subject, parsed);
  const before = floatWeights(subject);
  const grids = fitGrids(before, plan, parsed.quantizer);
  const stored = storeTensors(before, plan, grids);
  const { bytes, tensorBytes } = await packModel(packedModel(subject, stored));
  const epochMs = await timeEpoch(session, plan, grids, parsed, controls);
  subject.dispose();
  return {
    model: subject.loaded.source,
    layers: plannedLayers(session, plan, tensorBytes),
    bytesBefore: subject.loaded.bytes,
    expectedBytes: bytes.length,
    expectedRatio: subject.loaded.bytes / bytes.length,
    expectedMs: epochMs === null ? null : limited(epochMs * parsed.epochs, parsed),
    efforts:
      epochMs === null
        ? []
        : efforts.map(({ name, epochs }) => ({
            name,
            epochs,
            expectedMs: limited(epochMs * epochs, parsed),
          })),
    notes: subject.loaded.notes,
  };
}

function plannedLayers(
  { subject }: Session,
  plan: PlanByName,
  tensorBytes: ReadonlyMap<string, number>,
): PlannedLayer[] {
  return subject.weights.map(({ name, kind, shape }) => {
    const { bits, reason } = plan.get(name)!;
    const params = shape.reduce((product, size) => product * size, 1);
    return {
      name,
      kind,
      shape,
      params,
      bits: bits ?? 32,
      reason,
      floatBytes: 4 * params,
      expectedBytes: tensorBytes.get(name)!,
    };
  });
}

const limited = (ms: number, { maxTime }: TuningOptions): number =>
  Math.min(ms, 1000 * (maxTime ?? Number.POSITIVE_INFINITY));

/** The time of an epoch in milliseconds, from that of a few steps; null where nothing would be trained. */
async function timeEpoch(
  session: Session,
  plan: PlanByName,
  grids: Parameters<typeof tune>[2],
  options: TuningOptions,
  controls: RunControls,
): Promise<number | null> {
  const { subject, engine } = session;
  if (subject.kind === 'graph' || options.epochs === 0) return null;
  const samples = await openSamples(subject, {
    ...sampleOptions(options, { ...controls, onProgress: silent }),
    synthesisMs: 0,
  });
  try {
    const count = samples.training.order.length;
    const batchSize = options.batchSize ?? defaultBatchSize(count);
    const moments: number[] = [];
    const few = limitSamples(samples, Math.min(count, batchSize * TIMED_STEPS));
    await tune(
      subject,
      plan,
      grids,
      few,
      [],
      engine,
      { ...options, batchSize, epochs: 1, maxTime: undefined },
      {
        ...controls,
        onProgress: (event) => {
          if (event.kind === 'step') moments.push(performance.now());
        },
      },
    );
    const from = Math.min(SET_UP_STEPS, moments.length - 1) - 1;
    const stepMs = (moments.at(-1)! - moments[Math.max(0, from)]!) / Math.max(1, moments.length - 1 - from);
    return stepMs * Math.max(1, Math.floor(count / batchSize));
  } finally {
    await samples.close();
  }
}

function limitSamples(samples: Samples, count: number): Samples {
  const first = { ...samples.training, order: samples.training.order.slice(0, count) };
  const one = { ...first, order: first.order.slice(0, 1) };
  return { ...samples, training: first, validation: one, evaluation: one };
}

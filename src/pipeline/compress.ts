import { silent, throwIfAborted } from '../core/index.js';
import { expandTensor, packModel } from '../pack/index.js';
import type { Grid } from '../quantize/index.js';
import type { Report } from '../report/index.js';
import { findEffort, type Training } from '../train/index.js';
import { type ChosenAugmentations, chooseAugmentations } from './augmenting.js';
import { createReport } from './create-report.js';
import { layerReports } from './layer-reports.js';
import type { CompressOptions } from './options.js';
import { checkOutput, defaultOutput, stageFiles } from './output-folder.js';
import { measureOutputNoise } from './output-noise.js';
import { floatWeights, packedModel, planSubject } from './packing.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import { readPacked } from './read-any.js';
import type { CompressResult, RunControls } from './results.js';
import { fitGrids, type PlanByName, storeTensors } from './rounding.js';
import { openSamples, type Samples } from './samples.js';
import { scoreAgainst } from './scores.js';
import { openSession, type Session } from './session.js';
import { stageReports } from './staged-reports.js';
import { createSubject } from './subject.js';
import { type Tuned, type TuningOptions, tune } from './tuning.js';

/** Without data and without a word from the user, training ends after so many seconds. */
const DEFAULT_SECONDS_WITHOUT_DATA = 600;
/** Invented inputs stand more steps in the wrong direction less well than real ones (docs/results.md). */
const LEARNING_RATE = { withData: 0.002, withoutData: 0.0002 };
/** Share of the time that inventing inputs may take. */
const SYNTHESIS_SHARE = 0.25;
/** Where nothing is trained, inputs are only measured on. */
export const SYNTHESIS_MS_TO_MEASURE = 15_000;
/** Samples on which each layer's own output error is measured. */
const NOISE_SAMPLES = 64;

/**
 * Compresses a model: plans the bits, fine-tunes toward the grid, packs, reads back, measures and reports.
 *
 * @returns The report, and the files in the output folder: model.qgt, report.json and what `report` asks for.
 * @throws QgtError; nothing is written then.
 */
export async function compress(
  options: CompressOptions,
  controls: RunControls = {},
): Promise<CompressResult> {
  const startedAt = performance.now();
  const parsed = withDefaults(parseOptions('compress', options));
  const folder = parsed.output ?? defaultOutput(parsed.model, `${parsed.bits}bit`);
  await checkOutput(folder, parsed.force);
  const session = await openSession(parsed, controls.onProgress ?? silent);
  try {
    const plan = planSubject(session.subject, parsed);
    const samples = await openSamples(session.subject, sampleOptions(parsed, controls));
    try {
      return await compressWith(session, plan, samples, parsed, folder, startedAt, controls);
    } finally {
      await samples.close();
    }
  } finally {
    session.subject.dispose();
  }
}

async function compressWith(
  session: Session,
  plan: PlanByName,
  samples: Samples,
  options: TuningOptions,
  folder: string,
  startedAt: number,
  controls: RunControls,
): Promise<CompressResult> {
  const { onProgress = silent, signal } = controls;
  const { subject, engine } = session;
  const before = floatWeights(subject);
  const fitted = fitGrids(before, plan, options.quantizer);
  const { tuned, varied } = await train(session, plan, fitted, samples, options, controls);
  const stored = storeTensors(tuned?.weights ?? before, plan, tuned?.grids ?? fitted);
  onProgress({ kind: 'stage', text: 'packing and measuring' });
  const { bytes, tensorBytes } = await packModel(packedModel(subject, stored, samples));
  const staged = await stageFiles(folder);
  try {
    await staged.add({ path: 'model.qgt', bytes });
    const readBack = await readPacked(staged.pathOf('model.qgt'));
    const after = await createSubject(readBack.loaded);
    const metric = await scoreAgainst(
      engine,
      subject,
      after,
      samples,
      Number.POSITIVE_INFINITY,
      options.seed,
      signal,
    );
    after.dispose();
    const names = new Set(fitted.keys());
    const outputSqnr = await measureOutputNoise(
      subject,
      readBack.packed.tensors.map(expandTensor),
      names,
      samples,
      NOISE_SAMPLES,
      options.seed,
    );
    throwIfAborted(signal);
    const residuals = tuned?.training.residuals ?? {};
    const report = createReport({
      command: 'compress',
      session,
      samples,
      options,
      output: `${folder}/model.qgt`,
      training: tuned === undefined ? null : trainingReport(options, tuned.training, tuned.losses),
      metric,
      bytesAfter: readBack.loaded.bytes,
      durationMs: performance.now() - startedAt,
      layers: layerReports(subject, plan, { before, fitted, stored, tensorBytes, outputSqnr, residuals }),
      notes: [
        ...(varied?.notes ?? []),
        ...(tuned?.training.notes ?? []),
        ...notesOn(session, options, samples),
      ],
    });
    await stageReports(staged, report, options.report);
    return { report, output: folder, files: await staged.commit() };
  } finally {
    await staged.discard();
  }
}

/** Nothing for a GraphModel, which has no layers, and for no epochs. */
async function train(
  { subject, engine }: Session,
  plan: PlanByName,
  grids: ReadonlyMap<string, Grid>,
  samples: Samples,
  options: TuningOptions,
  controls: RunControls,
): Promise<{ tuned?: Tuned; varied?: ChosenAugmentations }> {
  if (subject.kind !== 'layers' || options.epochs === 0) return {};
  const varied = await chooseAugmentations(
    options.augment,
    subject,
    samples.training,
    samples.range,
    options.seed,
    controls.onProgress ?? silent,
  );
  const { augmentations } = varied;
  const tuned = await tune(subject, plan, grids, samples, augmentations, engine, options, controls);
  return { tuned, varied };
}

/** Fills in what depends on other options. */
export function withDefaults(options: ParsedOptions<'compress'>): TuningOptions {
  const free = options.data === undefined;
  return {
    ...options,
    epochs: options.epochs ?? findEffort(options.effort).epochs,
    maxTime: options.maxTime ?? (free ? DEFAULT_SECONDS_WITHOUT_DATA : undefined),
    learningRate: options.learningRate ?? (free ? LEARNING_RATE.withoutData : LEARNING_RATE.withData),
  };
}

/** What `openSamples` wants to know of a compression's options. */
export function sampleOptions(options: TuningOptions, { onProgress = silent, signal }: RunControls) {
  const trainingMs = 1000 * SYNTHESIS_SHARE * (options.maxTime ?? DEFAULT_SECONDS_WITHOUT_DATA);
  return {
    ...options,
    purpose: 'train' as const,
    synthesisMs: options.epochs === 0 ? SYNTHESIS_MS_TO_MEASURE : trainingMs,
    onProgress,
    signal,
  };
}

function trainingReport(
  { forward, epochs }: TuningOptions,
  { trace, epochsDone }: Training,
  losses: readonly string[],
): Report['training'] {
  const lossNames = [...new Set(losses)].join(', ');
  return { forward, loss: lossNames, epochs, epochsDone, trace: trace.map((epoch) => ({ ...epoch })) };
}

/** What a reader of the report must know besides the figures. */
function notesOn({ subject }: Session, { epochs, data }: TuningOptions, samples: Samples): string[] {
  return [
    ...(subject.kind === 'graph'
      ? ['a GraphModel has no layers to train: its weights were put on the grid without fine-tuning']
      : epochs === 0
        ? ['--epochs 0: the weights were put on the grid without fine-tuning']
        : []),
    ...(data === undefined
      ? [
          'accuracy was not measured, since there was no data: agreement with the float model is on synthesised inputs',
        ]
      : samples.training.dataset.labels.kind === 'none'
        ? [
            'the data has no labels: the float model taught, and agreement with it is measured in place of accuracy',
          ]
        : []),
    ...samples.notes,
    ...subject.loaded.notes,
  ];
}

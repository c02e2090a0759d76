import {
  layerReports,
  layerSigns,
  layerTargets,
  measureOutputNoise,
  measureSettling,
  verdictsBySigns,
} from '../analysis/index.js';
import {
  announced,
  checkedFile,
  type FittedModel,
  fitModel,
  floatWeights,
  forSamples,
  heldAgainstRounding,
  planSubject,
  shortFloats,
  type TimedOptions,
  type TuningOptions,
  weightsOf,
  wholeModel,
  withDefaults,
  withoutDeadChannels,
} from '../compression/index.js';
import { type RunControls, silent, throwIfAborted } from '../core/index.js';
import { allocationReport, fitToGoal, type GoalFit, notesOnAllocation } from '../mixed-precision/index.js';
import { packModel } from '../pack/index.js';
import { aimsAtDrop, goalOf } from '../plan/goal.js';
import type { Bits } from '../quantize/index.js';
import type { Report } from '../report/index.js';
import {
  type ChosenAugmentations,
  chooseAugmentations,
  createSubject,
  openSamples,
  openSession,
  readPacked,
  type Samples,
  type Session,
  scoreAgainst,
} from '../session/index.js';
import type { Training } from '../train/index.js';
import { createReport } from './create-report.js';
import type { CompressOptions } from './options.js';
import { checkOutput, defaultOutput, stageFiles } from './output-folder.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import type { CompressResult } from './results.js';
import { stageReports } from './staged-reports.js';

/** Every option of `compress`, with nothing left open. */
type SettledOptions = ParsedOptions<'compress'> & TuningOptions;

/** Share of `--max-time` that synthesising inputs may take. */
const SYNTHESIS_SHARE = 0.25;
/** What any rule allows. */
const MOST_BITS: Bits = 8;
/** Samples on which each layer's own output error is measured. */
const NOISE_SAMPLES = 64;
/** Samples on which what settling cost each layer is measured. */
const SETTLING_SAMPLES = 256;

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
  const folder = parsed.output ?? defaultOutput(parsed.model, nameOfWidths(parsed));
  await checkOutput(folder, parsed.force);
  const session = await openSession(parsed, controls.onProgress ?? silent, withoutDeadChannels);
  try {
    // What is wrong with the rules is told before the data is read.
    planSubject(session.subject, { ...parsed, bits: parsed.bits === 'auto' ? MOST_BITS : parsed.bits });
    const samples = await openSamples(session, sampleOptions(parsed, controls));
    try {
      const tuning = forSamples(parsed, samples.training.order.length);
      return await compressWith(session, samples, tuning, folder, startedAt, controls);
    } finally {
      await samples.close();
    }
  } finally {
    session.subject.dispose();
  }
}

async function compressWith(
  session: Session,
  samples: Samples,
  options: SettledOptions,
  folder: string,
  startedAt: number,
  controls: RunControls,
): Promise<CompressResult> {
  const { onProgress = silent, signal } = controls;
  const { subject, engine } = session;
  const before = floatWeights(subject);
  const { fitted, found, notes } = await fit(session, samples, options, controls);
  const { plan, grids, stored, tuned } = fitted;
  onProgress({ kind: 'stage', text: 'packing and measuring' });
  const file = await checkedFile(subject, wholeModel(subject, stored, samples), samples);
  const { bytes, tensorBytes } = await packModel(shortFloats(file.model));
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
    const names = new Set(grids.keys());
    const outputNoise = await measureOutputNoise(
      subject,
      weightsOf(fitted),
      names,
      samples,
      NOISE_SAMPLES,
      options.seed,
    );
    throwIfAborted(signal);
    const residuals = tuned?.training.residuals ?? {};
    const settlingLosses = await measureSettling(
      subject,
      weightsOf(fitted),
      tuned?.training.unsettled ?? new Map(),
      samples,
      { limit: SETTLING_SAMPLES, seed: options.seed, what: 'what settling cost', ...controls },
    );
    const outcome = { before, fitted: grids, stored, tensorBytes, outputNoise, residuals, settlingLosses };
    const report = createReport({
      command: 'compress',
      session,
      samples,
      options,
      output: `${folder}/model.qgt`,
      training: tuned === undefined ? null : trainingReport(options, tuned.training, tuned.losses),
      allocation: found === null ? null : allocationReport(found, subject.loaded.bytes),
      metric,
      sensitivity: null,
      bytesAfter: readBack.loaded.bytes,
      durationMs: performance.now() - startedAt,
      layers: layerReports(subject, plan, outcome, {
        verdicts: verdictsBySigns(layerSigns(subject, plan, outcome), layerTargets(subject), metric),
        sensitivity: new Map(),
      }),
      notes: [
        ...notes,
        ...(found === null ? [] : notesOnAllocation(found, metric)),
        ...(tuned?.training.notes ?? []),
        ...file.notes,
        ...notesOn(session, options, samples),
      ],
    });
    await stageReports(staged, report, options.report);
    return { report, output: folder, files: await staged.commit() };
  } finally {
    await staged.discard();
  }
}

/** A fitted model and how its widths came about. */
interface Fit {
  readonly fitted: FittedModel;
  /** null: the user gave them. */
  readonly found: GoalFit | null;
  readonly notes: readonly string[];
}

/** Fits the model at the widths that the user gave, or finds those that reach the goal. */
async function fit(
  session: Session,
  samples: Samples,
  options: SettledOptions,
  controls: RunControls,
): Promise<Fit> {
  const { subject } = session;
  const { augmentations, notes } = await augmentationsFor(session, samples, options, controls);
  const job = { session, samples, augmentations, options, controls };
  const { bits } = options;
  if (bits !== 'auto') {
    const plan = planSubject(subject, { ...options, bits });
    if (options.data !== undefined)
      return { fitted: await fitModel(announced(job), plan), found: null, notes };
    const held = await heldAgainstRounding(job, plan);
    return { fitted: held.fitted, found: null, notes: [...notes, ...held.notes] };
  }
  const found = await fitToGoal(job, goalOf(options, subject.loaded.bytes));
  return { fitted: found.best.fitted, found, notes };
}

/** None where nothing is trained. */
async function augmentationsFor(
  { subject }: Session,
  samples: Samples,
  { augment, epochs, seed }: SettledOptions,
  { onProgress = silent }: RunControls,
): Promise<ChosenAugmentations> {
  if (subject.kind !== 'layers' || epochs === 0) return { augmentations: [], notes: [] };
  return chooseAugmentations(augment, subject, samples, seed, onProgress);
}

/** How a folder is named after the widths. */
function nameOfWidths({ bits }: TimedOptions): string {
  return bits === 'auto' ? 'auto' : `${bits}bit`;
}

/** What `openSamples` wants to know of a compression's options. */
export function sampleOptions(
  options: ParsedOptions<'compress'> & TimedOptions,
  { onProgress = silent, signal }: RunControls,
) {
  const { maxTime, synthesisSamples, synthesisSteps } = options;
  return {
    ...options,
    purpose: 'train' as const,
    decidesDrop: aimsAtDrop(options),
    synthesis: {
      // Where nothing is trained, inputs are only measured on.
      worth: options.epochs === 0 ? ('measurement' as const) : ('training' as const),
      samples: synthesisSamples,
      steps: synthesisSteps,
      maxMs: maxTime === undefined ? undefined : 1000 * SYNTHESIS_SHARE * maxTime,
    },
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

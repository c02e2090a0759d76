import { diagnoseCompressed } from '../analysis/index.js';
import {
  evaluationOf,
  finalWeights,
  forSamples,
  type OpenJob,
  packChecked,
  planModel,
  sizeAimedAt,
  type TimedOptions,
  type TuningOptions,
  trains,
  withDefaults,
  withoutDeadChannels,
} from '../compression/index.js';
import {
  beforeTraining,
  type RunClock,
  type RunControls,
  type StageControls,
  silent,
} from '../core/index.js';
import { defaultOutput, type OutputFolder, withOutput } from '../files/index.js';
import { allocationReport, fitWidths, notesOnAllocation, type WidthFit } from '../mixed-precision/index.js';
import type { LoadedModel } from '../model/index.js';
import { PACKED_FILE } from '../pack/index.js';
import type { Bits } from '../quantize/index.js';
import type { MetricReport, Report } from '../report/index.js';
import {
  type ChosenAugmentations,
  checkFloatModel,
  chooseAugmentations,
  type Evaluation,
  notesOnMetric,
  openSamples,
  openSession,
  type PackedScore,
  readPacked,
  type Samples,
  type Session,
  scoreAgainst,
} from '../session/index.js';
import type { Training } from '../train/index.js';
import { type CheckpointPace, keepForResume, openCheckpoints, USUAL_PACE } from './checkpoints.js';
import { reserveClosing } from './closing-time.js';
import { createReport } from './create-report.js';
import type { CompressOptions } from './options/commands.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import { addReports, reportFiles } from './report-files.js';
import type { CompressResult } from './results.js';
import { identityOf } from './run-identity.js';
import { clockOf } from './run-time.js';
import { sampleOptions } from './sample-options.js';

/** Every option of `compress`, with nothing left open. */
type SettledOptions = Omit<ParsedOptions<'compress'>, 'resume'> & TuningOptions;

/** File of a stopped training, beside that of a former run, which stays. */
const PARTIAL_FILE = 'model.partial.qgt';

/** Largest width, which any rule allows. */
const MAX_BITS: Bits = 8;

/**
 * Compresses a model: plans the bits, fine-tunes toward the grid, packs, reads back, measures and reports.
 *
 * @returns The report, and the files in the output folder: model.qgt, report.json and what `report` asks for. Of a training
 *   that `stopEarly` ended, where a former run's files are there, model.partial.qgt alone.
 * @throws QgtError; nothing is written then but what `resume` goes on from.
 */
export async function compress(
  options: CompressOptions,
  controls: RunControls = {},
): Promise<CompressResult> {
  return compressAtPace(options, controls, USUAL_PACE);
}

/** Compresses a model, with its states kept at another pace than the usual one. */
export async function compressAtPace(
  options: CompressOptions,
  controls: RunControls,
  pace: CheckpointPace,
): Promise<CompressResult> {
  const { startedAt = performance.now() } = controls;
  const given = parseOptions('compress', options);
  const folder = given.output ?? defaultOutput(given.model, nameOfWidths(given));
  const place = {
    folder,
    force: given.force,
    files: [PACKED_FILE, ...reportFiles(given.report)],
    resume: given.resume,
    onOutput: controls.onOutput,
  };
  return withOutput(place, (output) => compressInto(output, { given, pace, startedAt }, controls));
}

/** A compression that was asked for. */
interface Request {
  readonly given: ParsedOptions<'compress'>;
  readonly pace: CheckpointPace;
  readonly startedAt: number;
}

async function compressInto(
  output: OutputFolder,
  { given, pace, startedAt: resumedAt }: Request,
  runControls: RunControls,
): Promise<CompressResult> {
  // A resumed run is the same as one that wasn't interrupted, in its report too.
  const { resume: _, ...parsed } = withDefaults(given);
  const { onProgress = silent } = runControls;
  const session = await openSession(parsed, onProgress, withoutDeadChannels);
  try {
    const run = { identity: await identityOf(given, session), force: given.force };
    const { checkpoints, startedAt } = await openCheckpoints(output.checkpoint, run, {
      pace,
      startedAt: resumedAt,
      onProgress,
    });
    const controls = { ...runControls, checkpoints, clock: clockOf(parsed, startedAt) };
    return await keepForResume(output.checkpoint, onProgress, () =>
      compressOpened({ session, controls, output, startedAt }, parsed),
    );
  } finally {
    session.liveModel.dispose();
  }
}

/** Opens the samples, and compresses. */
async function compressOpened(
  opened: Omit<Run, 'samples' | 'options'>,
  parsed: Omit<ParsedOptions<'compress'>, 'resume'> & TimedOptions,
): Promise<CompressResult> {
  const { session, controls } = opened;
  // Errors in the rules are reported before the data is read.
  planModel(session.liveModel, { ...parsed, bits: parsed.bits === 'auto' ? MAX_BITS : parsed.bits });
  const samples = await openSamples(session, sampleOptions(parsed, beforeTraining(controls)));
  try {
    const options = forSamples(parsed, samples.training.order.length);
    return await compressWith({ ...opened, samples, options });
  } finally {
    await samples.close();
  }
}

/** Everything that a compression needs, and its output folder. */
interface Run extends OpenJob {
  readonly options: SettledOptions;
  readonly output: OutputFolder;
  readonly startedAt: number;
  readonly controls: TimedControls;
}

/** Controls with the clock of the run. */
type TimedControls = StageControls & { readonly clock: RunClock };

/** Fits, packs, reads back, measures and reports. */
async function compressWith(run: Run): Promise<CompressResult> {
  const { session, options, controls, output } = run;
  const evaluation = evaluationOf(run);
  await checkFloatModel(evaluation);
  await reserveClosing(run);
  const { augmentations, notes } = await augmentationsFor(run);
  const fit = await fitWidths({ ...run, augmentations });
  controls.onProgress?.({ kind: 'stage', text: 'packing and measuring' });
  const weights = finalWeights(session.liveModel, fit.fitted);
  const file = await packChecked(evaluation, fit.fitted.stored, sizeAimedAt(run));
  const { bytes, tensorBytes } = file;
  const isPartial = fit.isStopped && (await output.holds(PACKED_FILE));
  const path = isPartial ? PARTIAL_FILE : PACKED_FILE;
  await output.add({ path, bytes });
  const { loaded } = await readPacked(output.pathOf(path));
  const score = await timedScore(evaluation, controls.clock, loaded);
  const { metric } = score;
  const packed = { weights, tensorBytes, metric };
  const layers = await diagnoseCompressed(evaluation, packed, fit.fitted.tuned?.training);
  const fileNotes = [...score.notes, ...file.notes];
  const outcome = { path, metric, layers, bytesAfter: loaded.bytes, fileNotes };
  const report = reportOn(run, { ...fit, notes: [...notes, ...fit.notes] }, outcome);
  if (!isPartial) await addReports(output, report, options.report);
  return {
    report,
    output: output.folder,
    files: await output.commit(fit.isStopped ? 'unfinished' : 'finished'),
  };
}

/** Scores the packed model, by which the time of what follows is known. */
async function timedScore(
  evaluation: Evaluation,
  clock: RunClock,
  packed: LoadedModel,
): Promise<PackedScore> {
  const from = clock.elapsedMs;
  const score = await scoreAgainst(evaluation, packed);
  clock.sampleMs = (clock.elapsedMs - from) / evaluation.samples.evaluation.order.length;
  clock.owedMs = 0;
  return score;
}

/** Chooses the augmentations; none where nothing is trained. */
async function augmentationsFor(run: Run): Promise<ChosenAugmentations> {
  return trains(run)
    ? chooseAugmentations(
        evaluationOf({ ...run, controls: beforeTraining(run.controls) }),
        run.options.augment,
      )
    : { augmentations: [], notes: [] };
}

/** Measurements of a finished file. */
interface Outcome extends Pick<Report, 'layers'> {
  /** Name of the file. */
  readonly path: string;
  /** null where no output can be measured. */
  readonly metric: MetricReport | null;
  readonly bytesAfter: number;
  readonly fileNotes: readonly string[];
}

function reportOn(
  { session, samples, options, output, startedAt, controls: { clock } }: Run,
  { fitted: { tuned }, found, notes, isStopped }: WidthFit,
  { path, metric, layers, bytesAfter, fileNotes }: Outcome,
): Report {
  return createReport({
    command: 'compress',
    session,
    samples,
    options,
    output: `${output.folder}/${path}`,
    training: tuned === undefined ? null : trainingReport(options, tuned.training, tuned.losses),
    allocation: found === null ? null : allocationReport(found, session.liveModel.loaded.bytes),
    metric,
    sensitivity: null,
    bytesAfter,
    durationMs: performance.now() - startedAt,
    layers,
    notes: [
      ...(isStopped
        ? [`the training was stopped: ${path} is what was trained by then; --resume goes on`]
        : []),
      ...notes,
      ...(found === null ? [] : notesOnAllocation(found, metric)),
      ...notesOnMetric(metric),
      ...(tuned?.training.notes ?? []),
      ...fileNotes,
      ...clock.notes,
      ...notesOn(session, options, samples),
    ],
  });
}

/** Names a folder after the widths. */
function nameOfWidths({ bits }: Pick<TuningOptions, 'bits'>): string {
  return bits === 'auto' ? 'auto' : `${bits}bit`;
}

function trainingReport(
  { forward, epochs, bits }: TuningOptions,
  { trace, epochsDone, precision, repeatedBy }: Training,
  losses: readonly string[],
): Report['training'] {
  const lossNames = [...new Set(losses)].join(', ');
  return {
    forward,
    loss: lossNames,
    epochs,
    epochsDone,
    precision,
    // A search for widths has several trainings, each with a share of the time.
    maxSteps: bits === 'auto' ? null : repeatedBy,
    trace: trace.map((epoch) => ({ ...epoch })),
  };
}

/** Writes notes for the report. */
function notesOn({ liveModel }: Session, { epochs, data }: TuningOptions, samples: Samples): string[] {
  return [
    ...(liveModel.kind === 'graph'
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
    ...liveModel.loaded.notes,
  ];
}

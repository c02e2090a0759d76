import {
  evaluationOf,
  openToCompress,
  optionsForSamples,
  planModel,
  type TuningOptions,
  trains,
  type UncountedOptions,
  withDefaults,
} from '../compression/index.js';
import { endedByEither, type RunControls, silent } from '../core/index.js';
import { defaultOutput, type OutputFolder, withOutput } from '../files/index.js';
import { fitWidths } from '../mixed-precision/index.js';
import { PACKED_FILE } from '../pack/index.js';
import { MAX_BITS } from '../quantize/index.js';
import { loadFormats, reportFormats } from '../report/index.js';
import {
  type ChosenAugmentations,
  checkFloatModel,
  chooseAugmentations,
  openSamples,
} from '../session/index.js';
import { type CheckpointPace, keepForResume, openCheckpoints } from './checkpoints.js';
import { reserveClosing } from './closing-time.js';
import { compressReport } from './compress-report.js';
import type { CompressionRun } from './compression-run.js';
import { conclude } from './conclude.js';
import type { CompressOptions } from './options/commands.js';
import { packAndMeasure } from './pack-and-measure.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import { addReports, reportFiles } from './report-files.js';
import type { CompressResult } from './results.js';
import { identityOf } from './run-identity.js';
import { clockOf } from './run-time.js';
import { sampleOptions } from './sample-options.js';

/** Ways in which a caller inside qgt may have a compression differ. */
export interface CompressionWays {
  readonly pace: CheckpointPace;
  /** Looks at a packed file before it gets its name. */
  inspect?(run: CompressionRun, file: string): Promise<void>;
}

/** Compresses a model in such a way. @throws QgtError; nothing is written then but what `resume` goes on from. */
export async function compressAs(
  options: CompressOptions,
  controls: RunControls,
  ways: CompressionWays,
): Promise<CompressResult> {
  const { startedAt = performance.now() } = controls;
  const given = parseOptions('compress', options);
  await loadFormats(reportFormats, given.report);
  const folder = given.output ?? defaultOutput(given.model, nameOfWidths(given));
  const place = {
    folder,
    force: given.force,
    files: [PACKED_FILE, ...reportFiles(given.report)],
    resume: given.resume,
    onOutput: controls.onOutput,
  };
  return withOutput(place, (output) => compressInto(output, { given, ways, startedAt }, controls));
}

/** A compression that was asked for. */
interface Request {
  readonly given: ParsedOptions<'compress'>;
  readonly ways: CompressionWays;
  readonly startedAt: number;
}

async function compressInto(
  output: OutputFolder,
  { given, ways, startedAt: resumedAt }: Request,
  runControls: RunControls,
): Promise<CompressResult> {
  // A resumed run is the same as one that wasn't interrupted, in its report too.
  const { resume: _, ...parsed } = withDefaults(given);
  const { onProgress = silent } = runControls;
  const session = await openToCompress(parsed, onProgress);
  try {
    const run = { identity: await identityOf(given, session), force: given.force };
    const { checkpoints, startedAt } = await openCheckpoints(output.checkpoint, run, {
      pace: ways.pace,
      startedAt: resumedAt,
      onProgress,
    });
    const clock = clockOf(parsed, startedAt, resumedAt - startedAt);
    const controls = { ...runControls, checkpoints, clock };
    return await keepForResume(output.checkpoint, { isResumed: given.resume, onProgress }, () =>
      compressOpened({ session, controls, output, startedAt, given }, parsed, ways),
    );
  } finally {
    session.liveModel.dispose();
  }
}

/** Opens the samples, and compresses. */
async function compressOpened(
  opened: Omit<CompressionRun, 'samples' | 'options'>,
  parsed: Omit<ParsedOptions<'compress'>, 'resume'> & UncountedOptions,
  ways: CompressionWays,
): Promise<CompressResult> {
  const { session, controls } = opened;
  // Errors in the rules are reported before the data is read; any rule allows the largest width.
  planModel(session.liveModel, { ...parsed, bits: parsed.bits === 'auto' ? MAX_BITS : parsed.bits });
  const samples = await openSamples(session, sampleOptions(parsed, endedByEither(controls)));
  try {
    const options = optionsForSamples(parsed, session, samples);
    return await compressWith({ ...opened, samples, options }, ways);
  } finally {
    await samples.close();
  }
}

/** Fits, packs, reads back, measures and reports. */
async function compressWith(run: CompressionRun, { inspect }: CompressionWays): Promise<CompressResult> {
  const { options, controls, output } = run;
  await checkFloatModel(evaluationOf(run));
  await reserveClosing(run);
  const { augmentations, notes } = await augmentationsFor(run);
  const from = performance.now();
  const fit = await fitWidths({ ...run, augmentations });
  const trainingMs = performance.now() - from;
  controls.onProgress?.({ kind: 'stage', text: 'packing and measuring' });
  const { isPartial, ...file } = await packAndMeasure(run, fit);
  await inspect?.(run, output.pathOf(file.path));
  const conclusions = await conclude({ ...run, augmentations }, fit, file, trainingMs);
  const finished = { ...file, ...conclusions };
  const report = compressReport(run, { ...fit, notes: [...notes, ...fit.notes] }, finished);
  if (!isPartial) await addReports(output, report, options.report);
  return {
    report,
    output: output.folder,
    files: await output.commit(fit.isStopped ? 'unfinished' : 'finished'),
    isStopped: fit.isStopped,
  };
}

/** Chooses the augmentations; none where nothing is trained. */
async function augmentationsFor(run: CompressionRun): Promise<ChosenAugmentations> {
  return trains(run)
    ? chooseAugmentations(
        evaluationOf({ ...run, controls: endedByEither(run.controls) }),
        run.options.augment,
      )
    : { augmentations: [], notes: [] };
}

/** Names a folder after the widths. */
function nameOfWidths({ bits }: Pick<TuningOptions, 'bits'>): string {
  return bits === 'auto' ? 'auto' : `${bits}bit`;
}

import { diagnoseRounded, type RoundingDiagnosis, type Suggestion, withTraining } from '../analysis/index.js';
import {
  finalWeights,
  floatWeights,
  openToCompress,
  type PlanByName,
  packChecked,
  planModel,
  refineSteps,
  roundWeights,
} from '../compression/index.js';
import { type RunControls, silent } from '../core/index.js';
import { checkOutput, withOutput } from '../files/index.js';
import type { PackedFile } from '../pack/index.js';
import { loadFormats, type MetricReport, type Report, reportFormats } from '../report/index.js';
import { notesOnMetric, openSamples, type Samples, type Session, scoreAgainst } from '../session/index.js';
import { adviceOn } from './advice.js';
import { createReport } from './create-report.js';
import type { AnalyzeOptions } from './options/commands.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import { addReports, reportFiles } from './report-files.js';
import type { AnalyzeResult } from './results.js';
import { tryTraining } from './short-training.js';
import { NOTHING_LOST, NOTHING_TO_TRY, untriedNote } from './try-progress.js';

/** Samples where the user doesn't set their number. */
const SAMPLES = 256;

/**
 * Measures the cost of plain rounding, layer by layer; nothing is trained.
 *
 * @returns The report; it is written to a folder only where `output` names one.
 * @throws QgtError; nothing is written then.
 */
export async function analyze(options: AnalyzeOptions, controls: RunControls = {}): Promise<AnalyzeResult> {
  const { startedAt = performance.now() } = controls;
  const { onProgress = silent, signal } = controls;
  const parsed = parseOptions('analyze', options);
  await loadFormats(reportFormats, parsed.report);
  if (parsed.output !== undefined)
    await checkOutput({ folder: parsed.output, force: parsed.force, files: reportFiles(parsed.report) });
  const session = await openToCompress(parsed, onProgress);
  try {
    const plan = planModel(session.liveModel, parsed);
    const samples = await openSamples(session, {
      ...parsed,
      purpose: 'measure',
      synthesis: {
        worth: 'measurement',
        samples: parsed.synthesisSamples,
        steps: parsed.synthesisSteps,
      },
      onProgress,
      signal,
    });
    try {
      return await analyzeWith({ session, plan, samples, options: parsed, controls, startedAt });
    } finally {
      await samples.close();
    }
  } finally {
    session.liveModel.dispose();
  }
}

/** Everything that an analysis needs. */
interface Run {
  readonly session: Session;
  readonly plan: PlanByName;
  readonly samples: Samples;
  readonly options: ParsedOptions<'analyze'>;
  readonly controls: RunControls;
  readonly startedAt: number;
}

/** Rounds, packs, measures and reports. */
async function analyzeWith(run: Run): Promise<AnalyzeResult> {
  const { session, plan, samples, options, controls } = run;
  const { engine, liveModel } = session;
  const evaluation = { engine, liveModel, samples, seed: options.seed, limit: options.samples, ...controls };
  const { rounded, notes: stepNotes } = await refineSteps(
    evaluation,
    roundWeights(floatWeights(liveModel), plan),
  );
  const weights = finalWeights(liveModel, rounded);
  const file = await packChecked(evaluation, rounded.stored);
  controls.onProgress?.({ kind: 'stage', text: 'measuring' });
  const most = options.samples ?? SAMPLES;
  const after = { ...liveModel.loaded, weights: weights.map((each) => each.after) };
  const { metric, notes } = await scoreAgainst({ ...evaluation, limit: most }, after);
  const diagnosis = await diagnoseRounded(evaluation, { weights, file, metric }, options, most);
  const advice = await triedAdvice(run, diagnosis.advice);
  const fileNotes = [...notes, ...stepNotes, ...file.notes];
  const report = reportOn(run, { ...diagnosis, advice, metric, notes: fileNotes, file });
  return { report, files: await writeReports(report, options, controls) };
}

/** The advice with what a short training was seen to gain, where it is to be tried and could help. */
async function triedAdvice(
  { session, options, controls }: Run,
  advice: readonly Suggestion[],
): Promise<readonly Suggestion[]> {
  if (options.try === undefined) return advice;
  if (!advice.some(({ kind }) => kind === 'fine-tuning')) {
    const isWell = advice.some(({ kind }) => kind === 'ship' || kind === 'check');
    controls.onProgress?.(untriedNote(isWell ? NOTHING_LOST : NOTHING_TO_TRY));
    return advice;
  }
  return withTraining(advice, await tryTraining(session, options, options.try, controls));
}

/** Measurements of the rounded model. */
interface Outcome extends RoundingDiagnosis {
  readonly metric: MetricReport | null;
  readonly notes: readonly string[];
  readonly file: PackedFile;
}

function reportOn(
  { session, samples, options, startedAt }: Run,
  { metric, notes, sensitivity, advice, layers, file }: Outcome,
): Report {
  return createReport({
    command: 'analyze',
    session,
    samples,
    options,
    output: null,
    training: null,
    allocation: null,
    metric,
    sensitivity,
    advice: adviceOn(options, advice),
    causes: [],
    file,
    durationMs: performance.now() - startedAt,
    layers,
    notes: [
      'the weights were rounded without fine-tuning',
      ...notes,
      ...notesOnMetric(metric),
      ...samples.notes,
      ...session.liveModel.loaded.notes,
    ],
  });
}

/** Writes the reports; nothing unless an output folder was given. */
async function writeReports(
  report: Report,
  { output: folder, force, report: formats }: ParsedOptions<'analyze'>,
  { onOutput }: RunControls,
): Promise<readonly string[]> {
  if (folder === undefined) return [];
  return withOutput({ folder, force, files: reportFiles(formats), onOutput }, async (output) => {
    await addReports(output, report, formats);
    return output.commit();
  });
}

import {
  type OpenJob,
  type QuantizedModel,
  type TuningOptions,
  trainedPaths,
  trains,
  whyUnlearned,
} from '../compression/index.js';
import { allocationReport, notesOnAllocation, type WidthFit } from '../mixed-precision/index.js';
import type { PackedFile } from '../pack/index.js';
import type { MetricReport, Report } from '../report/index.js';
import { notesOnMetric } from '../session/index.js';
import { epochsOf, findEffort } from '../train/index.js';
import type { CompressionRun } from './compression-run.js';
import { createReport } from './create-report.js';

/** Measurements of a finished file. */
export interface FinishedFile extends Pick<Report, 'layers'> {
  /** Name of the file. */
  readonly path: string;
  /** null where no output can be measured. */
  readonly metric: MetricReport | null;
  /** Whether the measuring was stopped on demand. */
  readonly isCut: boolean;
  readonly file: PackedFile;
  readonly fileNotes: readonly string[];
}

/** Puts the report on a compression together. */
export function compressReport(
  run: CompressionRun,
  { fitted: { tuned }, found, notes, isStopped }: WidthFit,
  {
    path,
    metric,
    layers,
    advice,
    causes,
    isCut,
    file,
    fileNotes,
  }: FinishedFile & Pick<Report, 'advice' | 'causes'>,
): Report {
  const { session, samples, options, given, output, startedAt } = run;
  return createReport({
    command: 'compress',
    session,
    samples,
    options,
    output: `${output.folder}/${path}`,
    training: tuned === undefined ? null : trainingReport(options, tuned),
    allocation: found === null ? null : allocationReport(found, session.liveModel.loaded.bytes),
    metric,
    sensitivity: null,
    advice,
    causes,
    file,
    durationMs: performance.now() - startedAt,
    layers,
    notes: [
      ...(isStopped
        ? [`the training was stopped: ${path} is what was trained by then; --resume goes on`]
        : []),
      ...(isCut
        ? [
            `the measuring was stopped: ${path} is finished, but some of its figures are missing; qgt eval measures it`,
          ]
        : []),
      ...notes,
      ...(found === null ? [] : notesOnAllocation(found, metric)),
      ...notesOnMetric(metric),
      ...(tuned?.training.notes ?? []),
      ...fileNotes,
      ...run.controls.clock.notes,
      ...notesOn(run),
      ...notesOnEpochs(options, given),
    ],
  });
}

function trainingReport(
  { forward, epochs }: TuningOptions,
  {
    training: { trace, epochsDone, precision, repeatedBy },
    roundingSteps,
    losses,
  }: NonNullable<QuantizedModel['tuned']>,
): Report['training'] {
  const lossNames = [...new Set(losses)].join(', ');
  return {
    forward,
    loss: lossNames,
    epochs,
    epochsDone,
    precision,
    maxSteps: repeatedBy,
    roundingSteps,
    trace: trace.map((epoch) => ({ ...epoch })),
  };
}

/** Writes notes for the report. */
function notesOn(run: OpenJob): string[] {
  const { samples, options } = run;
  const { data } = options;
  return [
    ...untrainedNotes(run),
    ...notesOnRounding(run),
    ...(data === undefined
      ? [
          'accuracy was not measured, since there was no data: agreement with the float model is on synthesised inputs',
        ]
      : samples.training.dataset.labels.kind === 'none'
        ? [
            `the data has no labels: ${trains(run) ? 'the float model taught, and ' : ''}agreement with it is measured in place of accuracy`,
          ]
        : []),
    ...samples.notes,
    ...run.session.liveModel.loaded.notes,
  ];
}

/** Says why a rounding that was asked for was not learned. */
function notesOnRounding(run: OpenJob): string[] {
  const reasons = run.options.roundingSteps ? whyUnlearned(run) : [];
  return reasons.length === 0 ? [] : [`--rounding-steps has no effect ${reasons.join(' and ')}`];
}

/** Says why few samples had more epochs than the effort names. */
function notesOnEpochs(
  { epochs, effort, data }: TuningOptions,
  given: Pick<TuningOptions, 'data'> & { readonly epochs?: number | undefined },
): string[] {
  const usual = epochsOf(findEffort(effort), data !== undefined);
  return given.epochs === undefined && epochs > usual
    ? [`few samples: ${epochs} epochs in place of ${usual}, so that as many steps are taken as of a thousand`]
    : [];
}

/** Remedies by which the kernels of a graph are trained too. */
const REMEDIES = {
  biases: 'give some of its inputs with --data',
  'biases, for want of a range': 'say the range of its inputs with --input-range, or give some with --data',
};

/** Says what was not trained, and why; nothing where everything may have been. */
function untrainedNotes(run: OpenJob): string[] {
  const { liveModel } = run.session;
  const { epochs, entropyPenalty } = run.options;
  const { learning } = run.samples;
  const rounded = 'put on the grid without fine-tuning';
  if (epochs === 0) return [`--epochs 0: the weights were ${rounded}`];
  if (liveModel.kind === 'layers') return [];
  const { step, watched } = liveModel;
  const outputs = 'the outputs of this GraphModel come out of loops or branches';
  if (step === null && watched.all.length === 0)
    return [`${outputs}, as all its kernels do: its weights were ${rounded}`];
  const { reached, endedAt } = trainedPaths(run, liveModel);
  if (learning === 'kernels' && reached.size === 0) {
    const past = [...endedAt].join(', ') || 'the outputs';
    return [
      `no gradient leads back past ${past} to a kernel of this GraphModel: its weights were ${rounded}`,
    ];
  }
  return [
    ...(step === null
      ? [
          `${outputs}: it is trained by what the float model makes of the same inputs before these, not by labels`,
        ]
      : []),
    ...(learning === 'kernels'
      ? []
      : [
          `without data the kernels of this GraphModel are ${rounded}, and its biases alone are trained; ${REMEDIES[learning]}`,
          ...(entropyPenalty === 0 ? [] : ['--entropy-penalty has no effect where kernels are not trained']),
        ]),
  ];
}

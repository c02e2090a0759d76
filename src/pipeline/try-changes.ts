import {
  MIN_GAIN,
  type Suggestion,
  suggestTried,
  suggestUntried,
  type UntriedChange,
} from '../analysis/index.js';
import {
  type CompressionJob,
  fileBytes,
  optionsForSamples,
  type PlanByName,
  planModel,
  type QuantizedModel,
  quantizeModel,
  validate,
  weightsOf,
  withDefaults,
} from '../compression/index.js';
import { endedByEither, type NamedTensor, silent } from '../core/index.js';
import type { WidthFit } from '../mixed-precision/index.js';
import type { LayerRule } from '../plan/index.js';
import { MAX_BITS } from '../quantize/index.js';
import { dropPoints, formatDuration, type MetricReport } from '../report/index.js';
import type { CompressionRun } from './compression-run.js';
import { withoutOptions } from './doubtful-options.js';
import { clockOf } from './run-time.js';
import { progressOfTry } from './try-progress.js';

/** A packed model that changes are tried on. */
interface Packed extends Pick<WidthFit, 'fitted'> {
  readonly metric: MetricReport;
  readonly bytes: number;
  /** Time that its training took, about. */
  readonly trainingMs: number;
}

/** A compression whose augmentations are chosen. */
type TrialRun = CompressionRun & Pick<CompressionJob, 'augmentations'>;

/**
 * Advises changes of a trained model: with `--try` each is trained for an equal share of that time at most, and measured on
 * the samples of the report, which train and choose nothing; else their gain is not known.
 */
export async function adviseChanges(
  run: TrialRun,
  packed: Packed,
  changes: readonly UntriedChange[],
): Promise<Suggestion[]> {
  const { given, controls } = run;
  if (given.try === undefined) return changes.map(suggestUntried);
  const { clock, onProgress = silent } = controls;
  const seconds = given.try / Math.max(1, changes.length);
  const advice: Suggestion[] = [];
  for (const change of changes) {
    if (!clock.allows(`trying ${change.what}`, 1000 * seconds)) {
      advice.push(suggestUntried(change));
      continue;
    }
    onProgress({ kind: 'stage', text: `trying ${change.what} for ${formatDuration(1000 * seconds)}` });
    advice.push(await tryChange(run, packed, change, seconds));
  }
  return advice
    .filter(({ gain }) => gain === null || gain >= MIN_GAIN)
    .sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0));
}

/** Trains a change for a short time. */
async function tryChange(
  run: TrialRun,
  packed: Packed,
  change: UntriedChange,
  seconds: number,
): Promise<Suggestion> {
  const { session, samples, controls } = run;
  const { signal } = endedByEither(controls);
  const clock = clockOf({ maxTime: seconds }, performance.now());
  const usual = usualRun(run, change);
  const { options, start } = trainingOf(
    usual,
    { ...packed, epochsBefore: run.options.epochs },
    change,
    seconds,
  );
  const job = {
    session,
    samples,
    options,
    augmentations: run.augmentations,
    controls: { onProgress: progressOfTry(controls.onProgress), signal, clock },
  };
  const tried = await quantizeModel(job, planWith(run, packed.fitted, change), start);
  const isWhole = start === undefined && tried.tuned?.training.epochsDone === options.epochs;
  const trainedMs = clock.elapsedMs;
  const { name, after, scale, samples: count } = await validate(job, tried, samples.evaluation);
  return suggestTried(change, {
    isWhole,
    seconds: trainedMs / 1000,
    metric: name,
    points: dropPoints(after, packed.metric.after, scale),
    samples: count,
    bytes: (await fileBytes(job, tried)) - packed.bytes,
  });
}

/** The run without the options that a change does without, and with what follows from them anew. */
function usualRun(run: TrialRun, { without }: UntriedChange): TrialRun {
  if (without === undefined) return run;
  const { given, options, session, samples } = run;
  const { guidance, epochs, learningRate } = given;
  const usual = withoutOptions({ ...options, guidance, epochs, learningRate }, without);
  return { ...run, options: optionsForSamples(withDefaults(usual), session, samples) };
}

/**
 * The training that a change is tried with, and the weights to begin with: all of the one that its command has, from the
 * float model, where there is time for it, else a part from the trained weights.
 */
function trainingOf(
  { options, session, samples }: TrialRun,
  { fitted, trainingMs, epochsBefore }: Packed & { readonly epochsBefore: number },
  { kind, without }: UntriedChange,
  seconds: number,
): { readonly options: TrialRun['options']; readonly start: readonly NamedTensor[] | undefined } {
  if (fitted.tuned === undefined) {
    const { epochs: _, ...open } = options;
    const usual = without === undefined ? optionsForSamples(withDefaults(open), session, samples) : options;
    return { options: usual, start: undefined };
  }
  const more = kind === 'fine-tuning' && without === undefined ? 2 : 1;
  const epochs = more * options.epochs;
  return 1000 * seconds < (epochs / epochsBefore) * trainingMs
    ? { options, start: startOf(fitted) }
    : { options: { ...options, epochs }, start: undefined };
}

/** The weights as training left them, so that more bits tell more of them; the float model's where nothing was trained. */
function startOf(fitted: QuantizedModel): readonly NamedTensor[] | undefined {
  const unsnapped = fitted.tuned?.training.unsnapped;
  return (
    unsnapped &&
    weightsOf(fitted).map((each) => ({ ...each, values: unsnapped.get(each.name) ?? each.values }))
  );
}

/** The plan with a change; widths that were chosen for a goal stay. */
function planWith(
  { session, options }: TrialRun,
  { plan }: QuantizedModel,
  change: UntriedChange,
): PlanByName {
  const isChosen = options.bits === 'auto';
  const chosen = [...plan.values()].flatMap(({ name, grid }): [string, LayerRule][] =>
    grid === null ? [] : [[name, grid.rule]],
  );
  return planModel(session.liveModel, {
    ...options,
    bits: change.allBits ?? (options.bits === 'auto' ? MAX_BITS : options.bits),
    layer: { ...options.layer, ...Object.fromEntries([...(isChosen ? chosen : []), ...change.rules]) },
  });
}

import { diagnoseCompressed } from '../analysis/index.js';
import { evaluationOf, finalWeights, packChecked, sizeAimedAt } from '../compression/index.js';
import type { RunClock } from '../core/index.js';
import type { WidthFit } from '../mixed-precision/index.js';
import { defaultLimit, PACKED_FILE, type PackedFile } from '../pack/index.js';
import { formatBytes } from '../report/index.js';
import {
  type Evaluation,
  type PackedScore,
  type ReadModel,
  readPacked,
  scoreAgainst,
} from '../session/index.js';
import type { FinishedFile } from './compress-report.js';
import type { CompressionRun } from './compression-run.js';

/** File of a stopped training, beside that of a former run, which stays. */
const PARTIAL_FILE = 'model.partial.qgt';

/** A file that was added to the output, and whether it lies beside that of a former run. */
interface AddedFile extends FinishedFile {
  readonly isPartial: boolean;
}

/** Packs a fitted model into a file, adds it to the output, reads it back and measures it. */
export async function packAndMeasure(
  run: CompressionRun,
  { fitted, isStopped }: WidthFit,
): Promise<AddedFile> {
  const { session, controls, output } = run;
  const evaluation = evaluationOf(run);
  const file = await packChecked(evaluation, fitted.stored, sizeAimedAt(run));
  const { bytes, tensorBytes } = file;
  const isPartial = isStopped && (await output.holds(PACKED_FILE));
  const path = isPartial ? PARTIAL_FILE : PACKED_FILE;
  await output.add({ path, bytes });
  // Its own file may unpack to as much as it likes.
  const packed = () => readPacked(output.pathOf(path), file.unpackedBytes);
  const score = await timedScore(evaluation, controls.clock, packed);
  const { metric } = score;
  const weights = finalWeights(session.liveModel, fitted);
  const layers = await diagnoseCompressed(
    evaluation,
    { weights, tensorBytes, metric },
    fitted.tuned?.training,
  );
  const fileNotes = [...score.notes, ...file.notes, ...notesOnReading(file)];
  return { isPartial, path, metric, layers, bytesAfter: bytes.length, fileNotes };
}

/** A note for readers of a file that is so much smaller than its weights that they take it for a trap. */
function notesOnReading({ bytes, unpackedBytes }: PackedFile): string[] {
  const allowed = defaultLimit(bytes.length);
  return unpackedBytes <= allowed
    ? []
    : [
        `the file unpacks to ${formatBytes(unpackedBytes)}, more than the ${formatBytes(allowed)} that are allowed a file of its size: loadQgt takes it with maxUnpackedBytes, and qgt with --max-unpacked-bytes`,
      ];
}

/** Reads the packed model and scores it, by which the time of what follows is known. */
async function timedScore(
  evaluation: Evaluation,
  clock: RunClock,
  read: () => Promise<ReadModel>,
): Promise<PackedScore> {
  const { loaded } = await read();
  const from = clock.elapsedMs;
  const score = await scoreAgainst(evaluation, loaded);
  clock.sampleMs = (clock.elapsedMs - from) / evaluation.samples.evaluation.order.length;
  clock.owedMs = 0;
  return score;
}

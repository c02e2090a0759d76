import { evaluationOf, finalWeights, packChecked, sizeAimedAt } from '../compression/index.js';
import type { WidthFit } from '../mixed-precision/index.js';
import { defaultLimit, PACKED_FILE, type PackedFile } from '../pack/index.js';
import { formatBytes } from '../report/index.js';
import { readPacked } from '../session/index.js';
import type { FinishedFile } from './compress-report.js';
import type { CompressionRun } from './compression-run.js';
import { measureFile } from './measure-file.js';

/** File of a stopped training, beside that of a former run, which stays. */
export const PARTIAL_FILE = 'model.partial.qgt';

/** A file that was added to the output, and whether it lies beside that of a former run. */
interface AddedFile extends FinishedFile {
  readonly isPartial: boolean;
}

/** Packs a fitted model into a file, adds it to the output, reads it back and measures it. */
export async function packAndMeasure(
  run: CompressionRun,
  { fitted, isStopped }: WidthFit,
): Promise<AddedFile> {
  const { session, output } = run;
  const file = await packChecked(evaluationOf(run), fitted.stored, sizeAimedAt(run));
  const isPartial = isStopped && (await output.holds(PACKED_FILE));
  const path = isPartial ? PARTIAL_FILE : PACKED_FILE;
  await output.add({ path, bytes: file.bytes });
  const { notes, ...figures } = await measureFile(run, {
    // Its own file may unpack to as much as it likes.
    read: () => readPacked(output.pathOf(path), file.unpackedBytes),
    weights: () => finalWeights(session.liveModel, fitted),
    file,
    training: fitted.tuned?.training,
    isStopped,
  });
  const fileNotes = [...notes, ...file.notes, ...notesOnReading(file)];
  return { isPartial, path, ...figures, file, fileNotes };
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

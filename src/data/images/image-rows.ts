import {
  describeError,
  formatShape,
  type OnProgress,
  QgtError,
  silent,
  throwIfAborted,
} from '../../core/index.js';
import type { Dataset, ReadOptions, Rows } from '../dataset.js';
import { mapConcurrently } from '../map-concurrently.js';
import type { RowStore } from '../rows/index.js';
import { createImageDecoder, type ImageDecoder } from './decoder.js';
import type { ImageSize } from './pixels.js';

/** Images as rows, and which of the files they are. */
export interface ImageRows {
  /** uint8, [height, width, channels]. */
  readonly rows: Rows;
  /** Indices of the files that could be read, ascending: one per row. */
  readonly read: readonly number[];
  readonly skipped: Dataset['skipped'];
}

/** Enough to keep the decoder's four threads busy while the rows are copied. */
const IN_FLIGHT = 8;
/** Files between two reports. */
const REPORT_EVERY = 100;
/** Pixels of the largest image that is read, unless told otherwise: more than cameras make. */
const DEFAULT_MAX_PIXELS = 1e8;
/** Pixels of the largest image that a model of any size is given. */
const MAX_OPEN_PIXELS = 2 ** 20;

/**
 * Decodes image files to the size of the model's input; where the model takes any, to that of the first one, or a
 * smaller one of the same form where that has over a million pixels.
 *
 * @throws QgtError `bad-data` if the model takes no images, or too many files can't be read, naming the first ones.
 */
export async function imageRows(
  path: string,
  files: readonly string[],
  options: ReadOptions,
  store: RowStore,
): Promise<ImageRows> {
  const { shape, channels } = imageInput(path, options);
  const { maxPixels = DEFAULT_MAX_PIXELS } = options;
  const decoder = await createImageDecoder({ channels, maxPixels });
  const size = await imageSize(shape, files, decoder, options.onProgress);
  const writer = store.writer([size.height, size.width, channels], 'uint8');
  const allowed = skipsAllowed(files.length, options.maxSkippedShare);
  const read: number[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const decoded = mapConcurrently(files, IN_FLIGHT, (file) =>
    decoder.decode(file, size).catch(describeError),
  );
  let index = 0;
  for await (const result of decoded) {
    throwIfAborted(options.signal);
    if (typeof result === 'string') {
      skipped.push({ file: files[index]!, reason: result });
      if (skipped.length > allowed) throw tooManySkipped(path, skipped, files.length, allowed);
    } else {
      writer.append(result.values);
      read.push(index);
    }
    index++;
    if (index % REPORT_EVERY === 0)
      options.onProgress?.({ kind: 'reading', source: path, done: index, total: files.length });
  }
  if (read.length === 0) throw tooManySkipped(path, skipped, files.length, 0);
  return { rows: writer.finish(), read, skipped };
}

function imageInput(
  path: string,
  { inputs }: ReadOptions,
): { shape: readonly (number | null)[]; channels: 1 | 3 } {
  const [{ shape, name }] = inputs as [ReadOptions['inputs'][number]];
  const channels = shape[2] ?? 3;
  if (inputs.length === 1 && shape.length === 3 && (channels === 1 || channels === 3))
    return { shape, channels };
  throw new QgtError('bad-data', {
    where: path,
    what: 'images for a model that takes none',
    got: inputs.length === 1 ? `input ${name} ${formatShape(shape)}` : `${inputs.length} inputs`,
    expected: 'one input, height x width x 1 or 3',
    remedy: 'give the data as .npz',
  });
}

async function imageSize(
  [height, width]: readonly (number | null)[],
  files: readonly string[],
  decoder: ImageDecoder,
  onProgress: OnProgress = silent,
): Promise<ImageSize> {
  if (height != null && width != null) return { height, width };
  for (const file of files) {
    const first = await decoder.sizeOf(file).catch(() => undefined);
    if (first === undefined) continue;
    const whole = { height: height ?? first.height, width: width ?? first.width };
    const size = smallEnough(whole, { height: height != null, width: width != null });
    if (size.height !== whole.height || size.width !== whole.width) {
      const text = `the model takes images of any size; they are read at ${size.width} x ${size.height}, not ${whole.width} x ${whole.height}`;
      onProgress({ kind: 'note', text });
    }
    return size;
  }
  return { height: height ?? 1, width: width ?? 1 };
}

/** A size of the same form with no more pixels than a model of any size is given; fixed sides stay. */
function smallEnough(size: ImageSize, fixed: Readonly<Record<keyof ImageSize, boolean>>): ImageSize {
  const { height, width } = size;
  const share = MAX_OPEN_PIXELS / (height * width);
  if (share >= 1) return size;
  const factor = fixed.height || fixed.width ? share : Math.sqrt(share);
  const shrunk = (side: number, isFixed: boolean) =>
    isFixed ? side : Math.max(1, Math.floor(side * factor));
  return { height: shrunk(height, fixed.height), width: shrunk(width, fixed.width) };
}

/** Number of unreadable files that are allowed: at least one in a small folder too, unless `share` is 0. */
function skipsAllowed(files: number, share = 0.01): number {
  return share === 0 ? 0 : Math.max(1, Math.floor(share * files));
}

function tooManySkipped(path: string, skipped: Dataset['skipped'], files: number, allowed: number): QgtError {
  const first = skipped.slice(0, 3).map(({ file, reason }) => `${file} (${reason.split('\n')[0]})`);
  return new QgtError('bad-data', {
    where: path,
    what: `too many of its ${files} images can't be read, the first ones are ${first.join(', ')}`,
    got: `${skipped.length} or more`,
    expected: `at most ${allowed}`,
    remedy: 'mend or remove them',
  });
}

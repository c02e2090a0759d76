import { unzipSync } from 'fflate';
import { z } from 'zod';
import { describeError, parseJson, QgtError } from '../../../core/index.js';

/** Parts of a `.keras` archive. */
export interface KerasArchive {
  readonly config: unknown;
  /** Version of the Keras that wrote it. */
  readonly version: string;
  /** An HDF5 file. */
  readonly weights: Uint8Array;
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** Most that an archive unpacks to, in multiples of its size; Keras stores the weights as they are. */
const MAX_RATIO = 64;

const metadataSchema = z.looseObject({ keras_version: z.string() });

/**
 * Unpacks a `.keras` archive.
 *
 * @param where  The file, for messages.
 * @throws QgtError `bad-model` where it is none, or unpacks to far more than its size.
 */
export function openArchive(bytes: Uint8Array, where: string): KerasArchive {
  const members = unpacked(bytes, where);
  const member = (name: string): Uint8Array => {
    const found = members[name];
    if (found !== undefined) return found;
    throw refusal(where, `there is no ${name} in the archive`, Object.keys(members).join(', ') || 'none');
  };
  const json = (name: string): unknown =>
    parseJson(new TextDecoder().decode(member(name)), `${where}: ${name}`, {
      code: 'bad-model',
      remedy: 'save the model again',
    });
  const metadata = metadataSchema.safeParse(json(METADATA));
  if (!metadata.success) throw refusal(where, `there is no keras_version in ${METADATA}`, 'none');
  return { config: json(CONFIG), version: metadata.data.keras_version, weights: member(WEIGHTS) };
}

function unpacked(bytes: Uint8Array, where: string): Record<string, Uint8Array> {
  let size = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (![CONFIG, METADATA, WEIGHTS].includes(name)) return false;
        size += originalSize;
        if (size > MAX_RATIO * bytes.length)
          throw refusal(where, `it unpacks to more than ${MAX_RATIO} times its size`, `${size} bytes`);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw refusal(
      where,
      `not a .keras archive, or a damaged one (${describeError(cause)})`,
      `${bytes.length} bytes`,
    );
  }
}

const refusal = (where: string, what: string, got: string): QgtError =>
  new QgtError('bad-model', {
    where,
    what,
    got,
    expected: `an archive of ${CONFIG}, ${METADATA} and ${WEIGHTS}`,
    remedy: "save the model again: model.save('model.keras')",
  });

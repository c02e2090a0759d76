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
  /** Bytes that the files of JSON take in the archive. */
  readonly jsonBytes: number;
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
  const { members, jsonBytes } = unpacked(bytes, where);
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
  return { config: json(CONFIG), version: metadata.data.keras_version, weights: member(WEIGHTS), jsonBytes };
}

interface Unpacked extends Pick<KerasArchive, 'jsonBytes'> {
  readonly members: Readonly<Record<string, Uint8Array>>;
}

function unpacked(bytes: Uint8Array, where: string): Unpacked {
  let unpackedBytes = 0;
  let jsonBytes = 0;
  try {
    const members = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (![CONFIG, METADATA, WEIGHTS].includes(name)) return false;
        unpackedBytes += originalSize;
        if (unpackedBytes > MAX_RATIO * bytes.length)
          throw refusal(
            where,
            `it unpacks to more than ${MAX_RATIO} times its size`,
            `${unpackedBytes} bytes`,
          );
        if (name !== WEIGHTS) jsonBytes += size;
        return true;
      },
    });
    return { members, jsonBytes };
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

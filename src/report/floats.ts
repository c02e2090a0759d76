import { FLOAT_BITS } from './float-bits.js';
import type { LayerReport } from './layer-report.js';
import type { Report } from './report.js';

/** The tensors that stayed in float for one reason. */
export interface FloatGroup {
  readonly reason: string;
  /** None: the model did not have them before. */
  readonly names: readonly string[];
  readonly floatBytes: number;
  readonly packedBytes: number;
}

/** The tensors that stayed in float, as one. */
export interface FloatSummary {
  readonly count: number;
  readonly floatBytes: number;
  readonly packedBytes: number;
  /** By their reasons, what takes most bytes in the file first. */
  readonly groups: readonly FloatGroup[];
}

type FloatShare = Pick<LayerReport, 'name' | 'bits' | 'floatBytes' | 'packedBytes' | 'reason'>;

const MADE = 'biases that took up BatchNorm';

/**
 * Sums the tensors that were kept in float (32 bits).
 *
 * @param contents  Parts of the file; with them, floats that only the file has are counted too, and the groups sum to its
 *   biases and other tensors.
 */
export function summarizeFloats(
  layers: readonly FloatShare[],
  contents: Report['contents'] = [],
): FloatSummary {
  const floats = layers.filter(({ bits }) => bits === FLOAT_BITS);
  const reasons = [...new Set(floats.map(({ reason }) => reason))];
  const own = reasons.map((reason) =>
    groupOf(
      reason,
      floats.filter((each) => each.reason === reason),
    ),
  );
  const { floatBytes, packedBytes } = bytesOf(floats);
  const made = Math.max(0, floatBytesIn(contents) - packedBytes);
  return {
    count: floats.length,
    floatBytes,
    packedBytes: packedBytes + made,
    groups: [
      ...own,
      ...(made === 0 ? [] : [{ reason: MADE, names: [], floatBytes: 0, packedBytes: made }]),
    ].sort((a, b) => b.packedBytes - a.packedBytes || b.names.length - a.names.length),
  };
}

/** Bytes of the file that are floats, besides the scales of codes. */
function floatBytesIn(contents: Report['contents']): number {
  const floats = contents.filter(({ part }) => part === 'biases' || part === 'other');
  return floats.reduce((sum, { bytesAfter }) => sum + bytesAfter, 0);
}

function groupOf(reason: string, tensors: readonly FloatShare[]): FloatGroup {
  return { reason, names: tensors.map(({ name }) => name), ...bytesOf(tensors) };
}

function bytesOf(tensors: readonly FloatShare[]): Pick<FloatGroup, 'floatBytes' | 'packedBytes'> {
  return {
    floatBytes: tensors.reduce((sum, each) => sum + each.floatBytes, 0),
    packedBytes: tensors.reduce((sum, each) => sum + each.packedBytes, 0),
  };
}

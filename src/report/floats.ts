import { FLOAT_BITS } from './float-bits.js';
import type { LayerReport } from './layer-report.js';

/** The tensors that stayed in float for one reason. */
export interface FloatGroup {
  readonly reason: string;
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

/** Sums the tensors that were kept in float (32 bits). */
export function summarizeFloats(layers: readonly FloatShare[]): FloatSummary {
  const floats = layers.filter(({ bits }) => bits === FLOAT_BITS);
  const reasons = [...new Set(floats.map(({ reason }) => reason))];
  return {
    count: floats.length,
    ...bytesOf(floats),
    groups: reasons
      .map((reason) =>
        groupOf(
          reason,
          floats.filter((each) => each.reason === reason),
        ),
      )
      .sort((a, b) => b.packedBytes - a.packedBytes || b.names.length - a.names.length),
  };
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

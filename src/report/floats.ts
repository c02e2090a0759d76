import { FLOAT_BITS } from './float-bits.js';
import type { LayerReport } from './layer-report.js';

/** The tensors that stayed in float, as one. */
export interface FloatSummary {
  readonly count: number;
  readonly params: number;
  readonly floatBytes: number;
  readonly packedBytes: number;
  /** How many for each reason, the commonest first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** Sums the tensors that were kept in float (32 bits). */
export function summarizeFloats(layers: readonly Pick<LayerReport, keyof FloatShare>[]): FloatSummary {
  const floats = layers.filter(({ bits }) => bits === FLOAT_BITS);
  const counts = new Map<string, number>();
  for (const { reason } of floats) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sum = (amount: (layer: FloatShare) => number) =>
    floats.reduce((total, layer) => total + amount(layer), 0);
  return {
    count: floats.length,
    params: sum(({ params }) => params),
    floatBytes: sum(({ floatBytes }) => floatBytes),
    packedBytes: sum(({ packedBytes }) => packedBytes),
    reasons: [...counts]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason, 'en')),
  };
}

type FloatShare = Pick<LayerReport, 'bits' | 'params' | 'floatBytes' | 'packedBytes' | 'reason'>;

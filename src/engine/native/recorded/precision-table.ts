import type { ProcessorFeature } from '../../processor.js';
import type { GraphNode } from './graph.js';

/** Kind of a step's convolutions: `mixed` has depthwise ones, which stay in float32 with casts, `plain` none. */
export type ConvolutionKind = 'plain' | 'mixed';

/** Relative time of a training step in bfloat16, on processors with one feature. */
export interface PrecisionRow {
  readonly feature: Extract<ProcessorFeature, 'avx512_bf16' | 'amx_bf16'>;
  readonly convolutions: ConvolutionKind;
  /** Median step in bfloat16 over that in float32: ResNet-8 for plain ones, MobileNetV1-0.25 for mixed ones. */
  readonly ratio: number;
}

/** Largest ratio of step times at which bfloat16 counts as faster. */
const WORTH_IT = 0.9;

/**
 * Measured by `npm run bench`, which holds its own figures against these; docs/performance.md has both.
 *
 * A table and no measurement in each run, so that the same seed gives the same bytes on the same kind of processor.
 */
export const PRECISION_TABLE: readonly PrecisionRow[] = [
  { feature: 'amx_bf16', convolutions: 'plain', ratio: 0.74 },
  { feature: 'amx_bf16', convolutions: 'mixed', ratio: 1.87 },
  { feature: 'avx512_bf16', convolutions: 'plain', ratio: 0.76 },
  { feature: 'avx512_bf16', convolutions: 'mixed', ratio: 1.32 },
];

/** The row for a graph on a processor with these features; undefined where the table has none. */
export function precisionRow(
  features: readonly ProcessorFeature[],
  nodes: readonly Pick<GraphNode, 'op'>[],
): PrecisionRow | undefined {
  const kind = convolutionKind(nodes);
  return PRECISION_TABLE.find(
    ({ feature, convolutions }) => features.includes(feature) && convolutions === kind,
  );
}

/** Whether bfloat16 is the faster one by the table. */
export const prefersBfloat16 = ({ ratio }: Pick<PrecisionRow, 'ratio'>): boolean => ratio <= WORTH_IT;

/** null where there are none, or depthwise ones alone. */
function convolutionKind(nodes: readonly Pick<GraphNode, 'op'>[]): ConvolutionKind | null {
  const ops = new Set(nodes.map(({ op }) => op));
  if (!ops.has('Conv2D')) return null;
  return ops.has('DepthwiseConv2dNative') ? 'mixed' : 'plain';
}

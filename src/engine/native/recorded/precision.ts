import type { ChosenPrecision, Precision } from '../../engine.js';
import { processorFeatures } from '../../processor.js';
import * as tf from '../../tf.js';
import { BFLOAT16 } from './agreement.js';
import { inBfloat16 } from './bfloat16.js';
import { precisionRow, prefersBfloat16 } from './precision-table.js';
import type { RecordedGraph } from './recording.js';
import { type GoodTrial, type Replay, type TrialStart, tryReplay } from './replay.js';

/** A replay to go on with, and what its call gave. */
interface Choice {
  readonly replay: Replay;
  readonly outputs: tf.Tensor[];
  readonly chosen: ChosenPrecision | null;
}

/**
 * Converts the convolutions to bfloat16 where it was requested, or where `auto` finds it faster in the table.
 *
 * @param float32  The trial of the graph as it was recorded.
 */
export function choosePrecision(
  precision: Precision,
  float32: GoodTrial,
  graph: RecordedGraph,
  start: TrialStart & { readonly reset: () => void },
): Choice {
  const reason = reasonForBfloat16(precision, graph);
  if (reason === null) return { replay: float32.replay, outputs: float32.outputs, chosen: null };
  tf.dispose(float32.outputs);
  start.reset();
  const bfloat16 = tryReplay({ ...graph, nodes: inBfloat16(graph.nodes) }, start, BFLOAT16);
  const again = (replay: Replay, name: ChosenPrecision['name'], why: string): Choice => {
    start.reset();
    return { replay, outputs: replay.run(start.inputs), chosen: { name, reason: why } };
  };
  if (bfloat16.reason !== null) return again(float32.replay, 'float32', bfloat16.reason);
  tf.dispose(bfloat16.outputs);
  float32.replay.close();
  return again(bfloat16.replay, 'bfloat16', reason);
}

/** Reason for using bfloat16; null: float32 is used. */
function reasonForBfloat16(precision: Precision, { nodes }: RecordedGraph): string | null {
  if (precision !== 'auto') return precision === 'bfloat16' ? 'asked for' : null;
  const row = precisionRow(processorFeatures(), nodes);
  if (row === undefined || !prefersBfloat16(row)) return null;
  return `a step takes about ${row.ratio} of its time on processors with ${row.feature}`;
}

import { readFileSync } from 'node:fs';
import type { ChosenPrecision, Precision } from '../../engine.js';
import * as tf from '../../tf.js';
import { BFLOAT16 } from './agreement.js';
import { inBfloat16 } from './bfloat16.js';
import type { RecordedGraph } from './recording.js';
import { type GoodTrial, type Replay, type TrialStart, tryReplay } from './replay.js';

/** A replay to go on with, and what its call gave. */
interface Choice {
  readonly replay: Replay;
  readonly outputs: tf.Tensor[];
  readonly chosen: ChosenPrecision | null;
}

const WARM_UP = 2;
const TIMED = 5;
/** bfloat16 has to be this much faster, so that noise doesn't choose. */
const WORTH_IT = 0.9;

/**
 * Takes the convolutions to bfloat16 where that is asked for, or left open and measured to be faster.
 *
 * The measurement replays one batch and takes every trace of it back; `auto` makes none where the processor has no
 * bfloat16.
 *
 * @param float32  The trial of the graph as it was recorded.
 */
export function choosePrecision(
  precision: Precision,
  float32: GoodTrial,
  graph: RecordedGraph,
  start: TrialStart & { readonly reset: () => void },
): Choice {
  const stay = { replay: float32.replay, outputs: float32.outputs, chosen: null };
  if (precision === 'float32') return stay;
  if (precision === 'auto' && !(hasConvolution(graph) && processorHasBfloat16())) return stay;
  tf.dispose(float32.outputs);
  start.reset();
  const bfloat16 = tryReplay({ ...graph, nodes: inBfloat16(graph.nodes) }, start, BFLOAT16);
  const again = (replay: Replay, name: ChosenPrecision['name'], reason: string): Choice => {
    start.reset();
    return { replay, outputs: replay.run(start.inputs), chosen: { name, reason } };
  };
  if (bfloat16.reason !== null) return again(float32.replay, 'float32', bfloat16.reason);
  tf.dispose(bfloat16.outputs);
  if (precision === 'bfloat16') {
    float32.replay.close();
    return again(bfloat16.replay, 'bfloat16', 'asked for');
  }
  const [wide, narrow] = [float32, bfloat16].map(({ replay }) => stepMs(replay, start.inputs)) as [
    number,
    number,
  ];
  const reason = `a step takes ${narrow.toFixed(1)} ms in bfloat16 and ${wide.toFixed(1)} ms in float32`;
  const faster = narrow <= WORTH_IT * wide;
  (faster ? float32 : bfloat16).replay.close();
  return faster ? again(bfloat16.replay, 'bfloat16', reason) : again(float32.replay, 'float32', reason);
}

/** The shortest of a few, in milliseconds. */
function stepMs(replay: Replay, inputs: tf.Tensor[]): number {
  const times = Array.from({ length: WARM_UP + TIMED }, () => {
    const from = performance.now();
    const outputs = replay.run(inputs);
    for (const output of outputs) output.dataSync();
    tf.dispose(outputs);
    return performance.now() - from;
  });
  return Math.min(...times.slice(WARM_UP));
}

const hasConvolution = ({ nodes }: RecordedGraph): boolean => nodes.some(({ op }) => op === 'Conv2D');

/** As Linux says; elsewhere tfjs-node's TensorFlow has no kernels for it. */
function processorHasBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}

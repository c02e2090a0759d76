import type * as tf from '../../engine/tf.js';
import { type GraphNode, nodeName, parseGraph } from './graph-def.js';
import { signatureEntry } from './signature.js';

/** The activation that makes an output of a graph. */
export interface OutputActivation {
  readonly activation: 'softmax' | 'sigmoid' | 'linear';
  /** The node whose values it takes; null where there is none, or the output has another shape. */
  readonly logits: string | null;
}

const PASSING = new Set(['Identity']);
const RESHAPING = new Set(['Reshape', 'Squeeze']);

/** Finds the activations that make a graph's outputs, in their order. */
export function outputActivations(topology: unknown, model: tf.GraphModel): OutputActivation[] {
  const { byName } = parseGraph(topology).main;
  return model.outputs.map(({ name }) => {
    let node = byName.get(signatureEntry(model, 'outputs', name).node);
    let isReshaped = false;
    while (node !== undefined && (PASSING.has(node.op) || RESHAPING.has(node.op))) {
      isReshaped ||= RESHAPING.has(node.op);
      node = byName.get(sourceOf(node));
    }
    if (node?.op !== 'Softmax' && node?.op !== 'Sigmoid') return { activation: 'linear', logits: null };
    const logits = isReshaped ? null : (node.input?.[0] ?? null);
    return { activation: node.op === 'Softmax' ? 'softmax' : 'sigmoid', logits };
  });
}

const sourceOf = ({ input }: GraphNode): string => nodeName(input?.[0] ?? '');

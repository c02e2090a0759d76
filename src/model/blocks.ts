import { nestedLayers } from '../engine/nested-layers.js';
import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel, wrapsModel } from './call-graph.js';
import { layerKindOf } from './layers/index.js';
import { makesMasks } from './step-masks.js';

/** A part of a model between two places where everything flows through one tensor. */
export interface ModelBlock {
  readonly calls: readonly LayerCall[];
  /** Numbers of the values that it reads: the model's inputs, or the one that the block before makes. */
  readonly inputs: readonly number[];
  readonly output: number;
}

/**
 * Cuts a model into blocks, as long as everything flows through one tensor at their ends: a residual block is one, and so is
 * a depthwise kernel with the kernel that mixes its channels; activations and BatchNorm belong to the kernel before.
 *
 * @returns In the order in which they run; none of a model that masks steps, or that runs a model for each step. What is left
 *   at the end of a model of several outputs is in none.
 * @see Li et al. 2021, BRECQ, arXiv:2102.05426, section 3.2.
 */
export function modelBlocks(model: tf.LayersModel): ModelBlock[] {
  if (makesMasks(model) || nestedLayers(model).some(wrapsModel)) return [];
  const { calls, inputs, outputs } = unfoldModel(model);
  const lastRead = new Map(calls.flatMap((call, index) => call.inputs.map((value) => [value, index])));
  for (const value of outputs) lastRead.set(value, calls.length);
  const blocks: ModelBlock[] = [];
  let parts: LayerCall[] = [];
  let block: ModelBlock = { calls: [], inputs, output: -1 };
  let live = [...inputs];
  for (const [index, call] of calls.entries()) {
    parts.push(call);
    live = [...new Set([...live, ...call.outputs])].filter((value) => (lastRead.get(value) ?? -1) > index);
    const [output, ...others] = live;
    if (output === undefined || others.length > 0) continue;
    if (block.calls.some(mixesChannels) && parts.some(hasKernel)) {
      blocks.push(block);
      block = { calls: [], inputs: [block.output], output };
    }
    block = { ...block, calls: [...block.calls, ...parts], output };
    parts = [];
  }
  return block.output < 0 ? blocks : [...blocks, block];
}

/** Runs a block as the model is used. */
export function runBlock({ calls, inputs, output }: ModelBlock, given: readonly tf.Tensor[]): tf.Tensor {
  const values = new Map(inputs.map((value, index) => [value, given[index]!]));
  for (const { layer, inputs: read, outputs } of calls) {
    const tensors = read.map((value) => values.get(value)!);
    const made = layer.apply(tensors.length === 1 ? tensors[0]! : tensors, { training: false });
    [made as tf.Tensor | tf.Tensor[]].flat().forEach((tensor, index) => {
      values.set(outputs[index]!, tensor);
    });
  }
  return values.get(output)!;
}

const kernelAxes = ({ layer }: LayerCall): (readonly number[])[] =>
  ownersOf(layer).flatMap((owner) => Object.values(layerKindOf(owner.getClassName())?.kernels ?? {}));

const hasKernel = (call: LayerCall): boolean => kernelAxes(call).length > 0;

/** A depthwise kernel doesn't: its output channels are along two dimensions. */
const mixesChannels = (call: LayerCall): boolean => kernelAxes(call).some(({ length }) => length === 1);

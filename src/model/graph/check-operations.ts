import { QgtError } from '../../core/index.js';
import * as tf from '../../engine/tf.js';
import { nodeName } from './graph-def.js';
import { signatureEntry } from './signature.js';

/** A node as tfjs-converter has understood it. */
interface MappedNode {
  readonly name: string;
  readonly op: string;
  /** The executor that runs it; undefined where there is none. */
  readonly category?: string;
  readonly inputNames: readonly string[];
  readonly inputs: readonly MappedNode[];
  readonly attrParams: Readonly<Record<string, { readonly value?: unknown; readonly type?: string }>>;
}

interface MappedGraph {
  readonly outputs: readonly MappedNode[];
  readonly functions?: Readonly<Record<string, MappedGraph>>;
}

interface Fault {
  readonly what: string;
  readonly got?: string;
  readonly expected?: string;
  readonly remedy: string;
}

type Rule = (node: MappedNode) => Fault | undefined;

/** Kinds of operations that make one tensor each, but for `MaxPoolWithArgmax`. */
const OF_ONE_OUTPUT: ReadonlySet<string | undefined> = new Set(
  'arithmetic basic_math convolution creation image logical matrices normalization reduction transformation'.split(
    ' ',
  ),
);

const EXPORT_AGAIN = 'the graph is damaged; export the model again with tensorflowjs_converter 4';

/** Attributes that an operation of windows can't be run without. */
const WINDOW_ATTRIBUTES: Readonly<Record<string, string>> = {
  strides: 'strides',
  pad: 'padding',
  kernelSize: 'ksize',
};

/** Operations that tfjs-node runs with channels first; it fails in a depthwise one, and pooling takes channels for the last. */
const NATIVE_CHANNELS_FIRST: ReadonlySet<string> = new Set(['Conv2D', '_FusedConv2D']);

const RULES: readonly Rule[] = [
  ({ op, category }) =>
    category === undefined
      ? {
          what: 'tfjs has no such operation',
          got: op,
          remedy:
            'export the model again with operations of docs/models.md, or register it with tf.registerOp',
        }
      : undefined,
  ({ inputNames, inputs }) => {
    const at = inputs.findIndex((input, index) => lacks(input, inputNames[index]!));
    if (at < 0) return undefined;
    const { name, op } = inputs[at]!;
    return {
      what: `it reads an output that ${op} does not make in tfjs`,
      got: inputNames[at]!,
      expected: name,
      remedy: 'export the model for inference, with tensorflowjs_converter 4',
    };
  },
  ({ op, category, attrParams }) => {
    if (category !== 'convolution') return undefined;
    const missing = Object.keys(WINDOW_ATTRIBUTES).find(
      (key) => attrParams[key] !== undefined && attrParams[key].value === undefined,
    );
    return missing === undefined
      ? undefined
      : { what: `this ${op} has no attribute ${WINDOW_ATTRIBUTES[missing]}`, remedy: EXPORT_AGAIN };
  },
  ({ op, category, attrParams }) => {
    const got = String(attrParams.dataFormat?.value);
    if (category !== 'convolution' || !/^NCD?HW$/i.test(got)) return undefined;
    const onNative = NATIVE_CHANNELS_FIRST.has(op);
    if (onNative && tf.getBackend() !== 'wasm') return undefined;
    return {
      what: `${onNative ? 'the embedded engine' : 'tfjs'} has no ${op} with channels first`,
      got: `data_format ${got}`,
      expected: 'channels last',
      remedy: `${onNative ? 'run `qgt setup` and give --engine native, or ' : ''}export the model with channels last`,
    };
  },
];

/**
 * Checks that tfjs can run the operations that a graph's outputs are computed from, before it is run: stock tfjs fails
 * midway, without the node's name. The engine has to be started.
 *
 * @param weights  Names of constants, which nothing is computed for.
 * @throws QgtError `bad-model` naming the input or the node.
 */
export function checkOperations(model: tf.GraphModel, weights: ReadonlySet<string>, source: string): void {
  const refuse = (name: string | undefined, fault: Fault): never => {
    throw new QgtError('bad-model', { where: name === undefined ? source : `${source}: ${name}`, ...fault });
  };
  if (model.inputs.length === 0)
    refuse(undefined, {
      what: 'the graph has no inputs, so that its outputs are always the same',
      expected: 'at least one Placeholder',
      remedy: 'export the model again with its inputs',
    });
  for (const { name, shape } of model.inputs) {
    if ((shape ?? signatureEntry(model, 'inputs', name).shape) !== undefined) continue;
    refuse(nodeName(name), {
      what: 'this input declares no shape',
      remedy: 'export the model again with the shape of its inputs; sizes of it may be open',
    });
  }
  const { executor } = model as unknown as { readonly executor: { readonly graph: MappedGraph } };
  for (const node of computedNodes(executor.graph, weights))
    for (const rule of RULES) {
      const fault = rule(node);
      if (fault !== undefined) refuse(node.name, fault);
    }
}

/** The nodes that the outputs are computed from, in the graph and in the functions that it calls. */
function computedNodes(
  { outputs, functions = {} }: MappedGraph,
  weights: ReadonlySet<string>,
): ReadonlySet<MappedNode> {
  const found = new Set(outputs);
  // A set's iteration goes on to what is added meanwhile.
  for (const node of found) {
    if (weights.has(node.name)) continue;
    for (const input of node.inputs) if (!weights.has(input.name)) found.add(input);
    for (const { value, type } of Object.values(node.attrParams)) {
      const called = type === 'func' && typeof value === 'string' ? functions[value] : undefined;
      for (const output of called?.outputs ?? []) found.add(output);
    }
  }
  return found;
}

/** Whether an operation doesn't make the output of the number that a name such as `node:1` ends with. */
const lacks = ({ op, category }: MappedNode, name: string): boolean =>
  OF_ONE_OUTPUT.has(category) && op !== 'MaxPoolWithArgmax' && Number(/:(\d+)$/.exec(name)?.[1] ?? 0) > 0;

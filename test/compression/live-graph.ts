import { createRandom } from '../../src/core/index.js';
import { readModel, withoutFusedDilation } from '../../src/model/index.js';
import type { LiveGraphModel } from '../../src/session/index.js';
import { openModel } from '../../src/session/index.js';
import { temporaryFolder } from '../model/model-folder.js';
import { type Constant, type Node, operation, saveGraphModel } from '../pipeline/graph-folder.js';

/** Opens a graph of these nodes and constants on the engine that runs, as a training copies it. */
export async function liveGraph(
  nodes: readonly Node[],
  constants: readonly Constant[],
  more: Parameters<typeof saveGraphModel>[3] = {},
): Promise<LiveGraphModel> {
  const folder = await saveGraphModel(await temporaryFolder(), nodes, constants, more);
  const loaded = await readModel(folder);
  const live = await openModel(withoutFusedDilation(loaded));
  if (live.kind !== 'graph') throw new Error('no graph');
  return live;
}

/** Floats around 0, the same every time. */
export function floats(name: string, ...shape: number[]): Constant {
  const random = createRandom(name.length + 1);
  const size = shape.reduce((product, each) => product * each, 1);
  return { name, shape, values: Float32Array.from({ length: size }, () => 0.6 * random.normal()) };
}

export const ints = (name: string, ...values: number[]): Constant => ({
  name,
  shape: [values.length],
  values: Int32Array.from(values),
});

const text = (value: string): string => Buffer.from(value).toString('base64');
const numbers = (values: readonly number[]) => ({ list: { i: values.map(String) } });

/** A convolution as the converter writes it. */
export const convolution = (
  op: string,
  name: string,
  input: readonly string[],
  { stride = 1, dilation = 1, fused = [] as readonly string[], ...attr } = {},
): Node =>
  operation(op, name, input, {
    strides: numbers([1, stride, stride, 1]),
    dilations: numbers([1, dilation, dilation, 1]),
    padding: { s: text('SAME') },
    data_format: { s: text('NHWC') },
    explicit_paddings: { list: {} },
    ...(fused.length === 0 ? {} : fusedAttributes(fused)),
    ...attr,
  });

/** What an operation does after its product. */
export const fusedAttributes = (ops: readonly string[]) => ({
  fused_ops: { list: { s: ops.map(text) } },
  num_args: { i: String(ops.filter((op) => op === 'BiasAdd' || op === 'Prelu').length) },
  epsilon: { f: 0 },
  leakyrelu_alpha: { f: 0.2 },
});

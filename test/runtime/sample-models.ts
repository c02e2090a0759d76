import { channelLayout, createRandom, type DType, type NamedTensor } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import type { CodedTensor, PackedModel, StoredTensor } from '../../src/pack/index.js';
import { type Bits, encode, quantizerFor } from '../../src/quantize/index.js';

/** A packed model and the floats it must stand for, worked out one by one. */
export interface Sample {
  readonly packed: PackedModel;
  /** By name, only for tensors of codes. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** How the kernels of a sample are quantized. */
export interface SampleOptions {
  readonly bits: Bits;
  readonly quantizer: string;
  readonly granularity: 'perTensor' | 'perChannel';
}

/** A small convolutional network: conv2d, BatchNorm, depthwise conv2d and dense; input [n, 6, 6, 2], output [n, 3]. */
export async function layersSample(options: SampleOptions): Promise<Sample> {
  const network = tf.sequential({
    name: 'sample',
    layers: [
      tf.layers.conv2d({
        inputShape: [6, 6, 2],
        filters: 5,
        kernelSize: 3,
        activation: 'relu',
        name: 'conv',
      }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, name: 'depthwise' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax', name: 'dense' }),
    ],
  });
  const random = createRandom(1);
  const tensors = network.weights.map((weight): NamedTensor => {
    const shape = weight.shape.map((dimension) => dimension ?? 0);
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 0.5 + random.next());
    const centre = weight.name.includes('kernel') ? 1 : 0;
    return {
      name: weight.originalName,
      shape,
      dtype: 'float32',
      values: values.map((value) => value - centre),
    };
  });
  const topology = network.toJSON(null, false) as unknown as Record<string, unknown>;
  network.dispose();
  const axes: Record<string, number[]> = {
    'conv/kernel': [3],
    'depthwise/depthwise_kernel': [2, 3],
    'dense/kernel': [1],
  };
  const metadata = { generatedBy: 'a test', userDefinedMetadata: { author: 'nobody' } };
  return packTensors({ kind: 'layers', topology, metadata }, tensors, axes, options);
}

/** A graph model written by hand: Identity(x * w + b) of x [n, 3], w [3, 2] and b [2]. */
export function graphSample(options: SampleOptions): Sample {
  const constant = (name: string, shape: number[]) => ({
    name,
    op: 'Const',
    attr: {
      dtype: { type: 'DT_FLOAT' },
      value: {
        tensor: { dtype: 'DT_FLOAT', tensorShape: { dim: shape.map((size) => ({ size: `${size}` })) } },
      },
    },
  });
  const float = { T: { type: 'DT_FLOAT' } };
  const topology = {
    node: [
      {
        name: 'x',
        op: 'Placeholder',
        attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '-1' }, { size: '3' }] } } },
      },
      constant('w', [3, 2]),
      constant('b', [2]),
      { name: 'product', op: 'MatMul', input: ['x', 'w'], attr: float },
      { name: 'sum', op: 'BiasAdd', input: ['product', 'b'], attr: float },
      { name: 'y', op: 'Identity', input: ['sum'], attr: float },
    ],
    versions: { producer: 1 },
    library: {},
  };
  const signature = {
    inputs: {
      x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '3' }] } },
    },
    outputs: {
      y: { name: 'y:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '2' }] } },
    },
  };
  const float32: DType = 'float32';
  const tensors = [
    { name: 'w', shape: [3, 2], dtype: float32, values: Float32Array.of(0.1, -0.7, 0.3, 1.1, -0.9, 0.2) },
    { name: 'b', shape: [2], dtype: float32, values: Float32Array.of(0.25, -3) },
  ];
  return packTensors({ kind: 'graph', topology, metadata: { signature } }, tensors, { w: [1] }, options);
}

function packTensors(
  model: Pick<PackedModel, 'kind' | 'topology' | 'metadata'>,
  tensors: readonly NamedTensor[],
  axes: Readonly<Record<string, number[]>>,
  options: SampleOptions,
): Sample {
  const stored = tensors.map((tensor): StoredTensor => {
    const own = axes[tensor.name];
    return own === undefined ? { encoding: 'raw', ...tensor } : quantize(tensor, own, options);
  });
  const values = new Map(
    stored.flatMap((tensor) => (tensor.encoding === 'raw' ? [] : [[tensor.name, oracle(tensor)] as const])),
  );
  return { packed: { ...model, preprocessing: {}, tensors: stored }, values };
}

function quantize(tensor: NamedTensor, axes: number[], options: SampleOptions): CodedTensor {
  const kept = options.granularity === 'perChannel' ? axes : [];
  const weights = tensor.values as Float32Array;
  const layout = channelLayout(tensor.shape, kept);
  const grid = quantizerFor(options.quantizer, weights, layout, options.bits).fit(
    weights,
    layout,
    options.bits,
  );
  const { codes } = encode(weights, grid, layout);
  return { encoding: 'codes', name: tensor.name, shape: tensor.shape, axes: kept, codes, grid };
}

/** Looks the channel up from an element's coordinates. */
function oracle({ shape, axes, codes, grid }: CodedTensor): Float32Array {
  return Float32Array.from(codes, (code, element) => {
    let rest = element;
    const coordinates = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    const channel = axes.reduce((index, axis) => index * shape[axis]! + coordinates[axis]!, 0);
    return Math.fround(grid.scale[channel]! * grid.levels[code]!) + (grid.offset?.[channel] ?? 0);
  });
}

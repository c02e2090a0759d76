import { channelLayout, forEachElement } from '../../core/index.js';
import { type Folding, findFoldings, type Unfolded, withoutBatchNorm } from '../../model/index.js';
import type { CodedTensor, PackedModel, StoredTensor } from '../../pack/index.js';

/** A model with BatchNorm folded into its kernels, as far as possible. */
export interface Folded {
  readonly model: PackedModel;
  readonly layers: number;
  readonly unfolded: readonly Unfolded[];
}

type Topology = Readonly<Record<string, unknown>>;

/**
 * Folds BatchNorm into the kernels before it: codes stay as they are, the scales of their channels take the factors.
 *
 * A kernel with one scale for all keeps it, since tfjs's own uint8 weights have no other; one that is pinned stays as it is.
 */
export function foldBatchNorm(model: PackedModel): Folded {
  const tensors = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  if (model.kind === 'graph') return { model, layers: 0, unfolded: [] };
  const topology = model.topology as Topology;
  const floats = model.tensors.filter((tensor) => tensor.encoding === 'raw');
  const found = findFoldings(topology, floats, 'the packed model');
  const foldings: Folding[] = [];
  const unfolded = [...found.unfolded];
  for (const folding of found.foldings) {
    const reason = whyNot(tensors.get(folding.kernel), folding);
    if (reason === null) foldings.push(folding);
    else unfolded.push({ layer: folding.layer, reason });
  }
  if (foldings.length === 0) return { model, layers: 0, unfolded };
  const folded = {
    ...model,
    topology: withoutBatchNorm(topology, foldings, 'the packed model'),
    tensors: foldTensors(model.tensors, foldings),
  };
  return { model: folded, layers: foldings.length, unfolded };
}

/** Reason why a kernel can't take the factors of its channels; null: it can. */
function whyNot(kernel: StoredTensor | undefined, { channelAxes }: Folding): string | null {
  if (kernel?.encoding === 'raw') return kernel.pinned ? 'the layer before it is to stay in float' : null;
  return kernel?.axes.join() === channelAxes.join()
    ? null
    : 'the kernel before it has one scale for all channels';
}

function foldTensors(tensors: readonly StoredTensor[], foldings: readonly Folding[]): StoredTensor[] {
  const byKernel = new Map(foldings.map((folding) => [folding.kernel, folding]));
  const gone = new Set(foldings.flatMap(({ weights, bias }) => [...weights, bias.name]));
  return tensors.flatMap((tensor): StoredTensor[] => {
    const folding = byKernel.get(tensor.name);
    if (folding === undefined) return gone.has(tensor.name) ? [] : [tensor];
    return [multiply(tensor, folding), { encoding: 'raw', ...folding.bias }];
  });
}

function multiply(tensor: StoredTensor, { channelAxes, factors }: Folding): StoredTensor {
  if (tensor.encoding === 'codes') return multiplyGrid(tensor, factors);
  const values = new Float32Array(tensor.values.length);
  forEachElement(channelLayout(tensor.shape, channelAxes), (element, channel) => {
    values[element] = (tensor.values[element] as number) * factors[channel]!;
  });
  return { ...tensor, values };
}

function multiplyGrid(tensor: CodedTensor, factors: Float32Array): CodedTensor {
  const { scale, offset } = tensor.grid;
  const times = (values: Float32Array) => values.map((value, channel) => value * factors[channel]!);
  const grid = { ...tensor.grid, scale: times(scale), ...(offset && { offset: times(offset) }) };
  return { ...tensor, grid };
}

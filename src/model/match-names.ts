import { formatShape, type NamedTensor, QgtError } from '../core/index.js';
import { listVariables, type ShapedName, type VariableOrders } from './instantiate.js';
import type { LoadedModel } from './loaded-model.js';
import { everyLayer, nameOf } from './topology/layer-entry.js';
import { rootOf } from './topology/root.js';

/** New names of a model's weights, in their order, and how they were found. */
interface Match {
  readonly names: readonly string[];
  readonly by: string;
}

/**
 * Gives weights the names that the layers want, where both differ by a suffix (`conv_1/kernel`, `kernel_1`), or where
 * the weights are only numbered (`ReadVariableOp_12`) and follow the layers in shape and order.
 *
 * @throws QgtError `bad-model` with a name of each side where they can't be matched for sure.
 */
export async function matchNames(loaded: LoadedModel): Promise<LoadedModel> {
  if (loaded.kind === 'graph' || namesFit(loaded)) return loaded;
  const { weights, source } = loaded;
  const variables = await listVariables(loaded);
  const wanted = variables.inLayers;
  if (isSame(weights, wanted)) return loaded;
  const match = bySuffix(weights, wanted) ?? byOrder(weights, variables);
  if (match === null) throw unmatched(weights, wanted, source);
  const renamed = new Map(weights.map(({ name }, index) => [name, match.names[index]!]));
  const [first] = [...renamed].filter(([before, after]) => before !== after);
  return {
    ...loaded,
    weights: weights.map((weight) => ({ ...weight, name: renamed.get(weight.name)! })),
    storedBytes: new Map([...loaded.storedBytes].map(([name, bytes]) => [renamed.get(name) ?? name, bytes])),
    notes: [...loaded.notes, `weights were matched with the layers by ${match.by} (${first!.join(' -> ')})`],
  };
}

/** Whether each weight has a layer's name in front and no number behind; then loading says what is missing. */
function namesFit({ topology, source, weights }: LoadedModel): boolean {
  const layers = new Set([...everyLayer(rootOf(topology, source))].map(nameOf));
  return weights.every(({ name }) => {
    const parts = name.split('/');
    return !/_\d+$/.test(name) && parts.some((_, index) => layers.has(parts.slice(0, index).join('/')));
  });
}

/** Takes a number off the end of the layer's name, of the weight's, or of both; the same for all weights. */
function bySuffix(weights: readonly NamedTensor[], wanted: readonly ShapedName[]): Match | null {
  const ends = [/_\d+(?=\/[^/]*$)/, /_\d+$/];
  for (const own of [[ends[0]!], [ends[1]!], ends]) {
    const names = weights.map(({ name }) => own.reduce((rest, end) => rest.replace(end, ''), name));
    const renamed = weights.map((weight, index) => ({ ...weight, name: names[index]! }));
    if (isSame(renamed, wanted)) return { names, by: 'their names without a number at the end' };
  }
  return null;
}

/** Matches weights without names of their own, one after the other, where that leaves no choice. */
function byOrder(weights: readonly NamedTensor[], orders: VariableOrders): Match | null {
  const stems = new Set(weights.map(({ name }) => /^(.*?)_?\d*$/.exec(name)![1]));
  if (stems.size > 1) return null;
  const fitting = [orders.inLayers, orders.trainedFirst].filter(
    (order) =>
      order.length === weights.length &&
      order.every(({ shape }, index) => shape.join() === weights[index]!.shape.join()),
  );
  const lists = fitting.map((order) => order.map(({ name }) => name));
  const [names] = lists;
  if (names === undefined || lists.some((other) => other.join() !== names.join())) return null;
  return { names, by: 'shape and order' };
}

/** Whether weights have the names and shapes that are wanted, in any order. */
function isSame(weights: readonly ShapedName[], wanted: readonly ShapedName[]): boolean {
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape.join()]));
  return (
    shapes.size === weights.length &&
    weights.length === wanted.length &&
    wanted.every(({ name, shape }) => shapes.get(name) === shape.join())
  );
}

function unmatched(weights: readonly ShapedName[], wanted: readonly ShapedName[], source: string): QgtError {
  const outside = (list: readonly ShapedName[], others: readonly ShapedName[]) => {
    const names = new Set(others.map(({ name }) => name));
    const found = list.find(({ name }) => !names.has(name)) ?? list[0];
    return found === undefined ? 'nothing' : `${found.name} [${formatShape(found.shape)}]`;
  };
  return new QgtError('bad-model', {
    where: source,
    what: 'the weights have other names than the layers, and neither a number at their end nor shape and order tells which is which',
    got: outside(weights, wanted),
    expected: outside(wanted, weights),
    remedy: 'check that topology and weights are of the same model, and export it again',
  });
}

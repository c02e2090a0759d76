import { type NamedTensor, QgtError } from '../../core/index.js';
import { layerKindOf } from '../layers/index.js';
import type { Context } from './context.js';
import {
  everyContainer,
  everyLayer,
  isContainer,
  type LayerEntry,
  nameOf,
  wrappedIn,
} from './layer-entry.js';

/** Layers whose weights Keras 3 calls otherwise than tfjs. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DepthwiseConv2D: { kernel: 'depthwise_kernel' },
};

/**
 * Names the weights as strict loading wants them: `layer/weight`, without the names of the models, wrappers and cells
 * around them (`sequential/conv2d/kernel`, `lstm/lstm_cell/kernel`).
 *
 * @throws QgtError `bad-model` where two layers share a name, so that their weights could not be told apart.
 */
export function nameWeights(root: LayerEntry, context: Context): void {
  refuseNumbered(context);
  const names = context.weights.map(({ name }) => name);
  const named = namesForTfjs(root, names, context.source);
  const renamed = names.flatMap((name, at) => (name === named[at] ? [] : [`${name} -> ${named[at]}`]));
  context.weights = context.weights.map((weight, at) => ({ ...weight, name: named[at]! }));
  refuseSameName(context.weights, context.source);
  if (renamed.length > 0)
    context.notes.add(`${renamed.length} weights were renamed for tfjs (${renamed[0]})`);
}

/**
 * Names weights as tfjs does.
 *
 * @param names  Those that Keras gave them.
 * @throws QgtError `bad-model` where two layers share a name.
 */
export function namesForTfjs(root: LayerEntry, names: readonly string[], source: string): string[] {
  const owners = weightOwners(root, names, source);
  const stacked = new Map<string, string[]>();
  return names.map((name) => tfjsName(name, owners, stacked));
}

/** A Keras 3 archive numbers its weights, and its layers by their classes. */
function refuseNumbered({ weights, source }: Context): void {
  const numbered = weights.find(({ name }) => /(^|\/)vars\/\d+$/.test(name));
  if (numbered === undefined) return;
  throw new QgtError('bad-model', {
    where: `${source}: ${numbered.name}`,
    what: 'the weights have the numbers of a .keras archive, not the names of layers',
    remedy: 'give the .keras file itself',
  });
}

/** The layers that weights are named after: all but models, and a wrapper rather than what it wraps. */
function weightOwners(root: LayerEntry, names: readonly string[], source: string): Map<string, LayerEntry> {
  const owners = new Map<string, LayerEntry>();
  const outermost = everyContainer(root).flatMap(({ config }) => config.layers);
  for (const entry of outermost) {
    if ([...everyLayer(entry)].some(isContainer) || isContainer(entry)) continue;
    const name = nameOf(entry);
    if (owners.has(name) && names.some((weight) => `/${weight}`.includes(`/${name}/`))) {
      throw new QgtError('bad-model', {
        where: `${source}: layer ${name}`,
        what: 'two layers in different parts of the model have this name',
        remedy: 'give the layers names of their own and save the model again',
      });
    }
    owners.set(name, entry);
  }
  return owners;
}

function tfjsName(
  name: string,
  owners: ReadonlyMap<string, LayerEntry>,
  stacked: Map<string, string[]>,
): string {
  const path = `/${name}`;
  const found = [...owners.keys()]
    .map((owner) => ({ owner, start: path.indexOf(`/${owner}/`) }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start || b.owner.length - a.owner.length)[0];
  if (found === undefined) return name;
  const parts = path.slice(found.start + found.owner.length + 2).split('/');
  return [found.owner, ...partsForTfjs(owners.get(found.owner)!, parts, stacked)].join('/');
}

function partsForTfjs(entry: LayerEntry, parts: string[], stacked: Map<string, string[]>): string[] {
  const { class_name: className } = entry;
  const last = parts.at(-1)!;
  if (className === 'Bidirectional') return [parts[0]!, last];
  if (className === 'RNN') return partsOfCell(entry, parts, stacked);
  // A layer of tfjs's own calls its weights `layer/weight`; of another one nothing is known.
  if (layerKindOf(className) === undefined) return parts;
  const inner = className === 'TimeDistributed' ? (wrappedIn(entry)[0] ?? entry) : entry;
  return [RENAMED[inner.class_name]?.[last] ?? last];
}

/** tfjs numbers the cells of a stack, which Keras calls by their names. */
function partsOfCell(entry: LayerEntry, parts: string[], stacked: Map<string, string[]>): string[] {
  const last = parts.at(-1)!;
  if (wrappedIn(entry)[0]?.class_name !== 'StackedRNNCells' || parts.length < 2) return [last];
  const seen = stacked.get(nameOf(entry)) ?? [];
  stacked.set(nameOf(entry), seen);
  const cell = parts.slice(0, -1).join('/');
  if (!seen.includes(cell)) seen.push(cell);
  return [`RNNCell_${seen.indexOf(cell)}`, last];
}

function refuseSameName(weights: readonly NamedTensor[], source: string): void {
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) {
      throw new QgtError('bad-model', {
        where: `${source}: ${name}`,
        what: 'two weights come to have this name in tfjs',
        remedy: 'give the layers names of their own and save the model again',
      });
    }
    names.add(name);
  }
}

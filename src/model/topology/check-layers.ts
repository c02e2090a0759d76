import { MAX_RANK, QgtError, shownJson } from '../../core/index.js';
import { isReserved } from '../reserved-names.js';
import { checkCalls } from './check-calls.js';
import {
  type ContainerEntry,
  everyContainer,
  everyLayer,
  isContainer,
  type LayerEntry,
  nameOf,
  wrappedIn,
} from './layer-entry.js';

/** Most calls of layers in a model whose nested models are unfolded; the largest published ones have about 1,100. */
const MAX_CALLS = 5000;
/** Largest size of a dimension: ten minutes of sound have ten million samples. */
const MAX_SIZE = 2 ** 24;
/** Most calls behind each other: tfjs and what reads the model here walk them by recursion. */
const MAX_DEPTH = 2000;

/**
 * Checks a layers model before tfjs makes it: tfjs would wait for ever for a layer that is not there, a call that
 * nobody makes, or two calls that need each other, and unfold models in models whatever that takes.
 *
 * @throws QgtError `bad-model` naming the layer and what is wrong with it.
 */
export function checkLayers(root: LayerEntry, source: string): void {
  if (!isContainer(root)) throw noModel(root, source);
  for (const entry of everyLayer(root)) checkShapes(entry, source);
  for (const container of everyContainer(root)) checkNames(container, source);
  if (callsOf(root) > MAX_CALLS) throw tooLarge(source, `more than ${MAX_CALLS} calls of layers`);
  if (depthOf(root, source) > MAX_DEPTH)
    throw tooLarge(source, `more than ${MAX_DEPTH} layers after each other`);
}

function checkShapes(entry: LayerEntry, source: string): void {
  for (const [key, value] of Object.entries(entry.config)) {
    if (!key.endsWith('shape') || value == null) continue;
    if (!Array.isArray(value)) {
      // An option of a user's own layer may be anything.
      if (SHAPE_KEYS.includes(key)) throw noShape(entry, key, value, source);
      continue;
    }
    // A shape may have the batch in front.
    if (value.length <= MAX_RANK + 1 && value.every(isSize)) continue;
    throw new QgtError('bad-model', {
      where: `${source}: layer ${nameOf(entry)}`,
      what: `${key} is not a shape`,
      got: `${value.length} sizes, ${value.slice(0, 8).map(String).join(', ')}`,
      expected: `at most ${MAX_RANK} of at most ${MAX_SIZE}`,
      remedy: 'export the model again',
    });
  }
}

/** Options of every layer that are shapes. */
const SHAPE_KEYS = ['batch_input_shape', 'batch_shape', 'input_shape', 'target_shape'];

const noShape = (entry: LayerEntry, key: string, value: unknown, source: string): QgtError =>
  new QgtError('bad-model', {
    where: `${source}: layer ${nameOf(entry)}`,
    what: `${key} is not a shape`,
    got: shownJson(value),
    expected: 'a list of sizes, such as [null, 28, 28, 1]',
    remedy: 'export the model again',
  });

/** Whether a value is a size, or stands for an open one. */
function isSize(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === 'number' && Number.isInteger(value) && value >= -1 && value <= MAX_SIZE;
}

function checkNames({ class_name: className, config }: ContainerEntry, source: string): void {
  const taken = new Set<string>();
  for (const entry of config.layers) {
    const name = nameOf(entry);
    const isCalled = className !== 'Sequential';
    const what = isReserved(name)
      ? 'tfjs cannot tell a layer of this name from a part of every object'
      : isCalled && typeof entry.config.name !== 'string'
        ? 'a layer without a name'
        : isCalled && (taken.has(name) || (entry.name ?? name) !== name)
          ? 'a layer has two names, or two layers this one'
          : undefined;
    if (what !== undefined) {
      throw new QgtError('bad-model', {
        where: `${source}: layer ${name}`,
        what,
        remedy: 'give every layer a name of its own and export the model again',
      });
    }
    taken.add(name);
  }
}

/** How many calls of layers a layer comes to, with those of the model that it is or wraps. */
function callsOf(entry: LayerEntry): number {
  if (!isContainer(entry)) return wrappedIn(entry).reduce((sum, each) => sum + callsOf(each), 1);
  return entry.config.layers.reduce(
    (sum, each) => sum + Math.max(1, each.inbound_nodes?.length ?? 1) * callsOf(each),
    1,
  );
}

/** How many calls of layers stand behind each other in a layer. */
function depthOf(entry: LayerEntry, source: string): number {
  if (!isContainer(entry)) return wrappedIn(entry).reduce((sum, each) => sum + depthOf(each, source), 1);
  const depths = new Map(entry.config.layers.map((each) => [each, depthOf(each, source)]));
  if (entry.class_name === 'Sequential') return [...depths.values()].reduce((sum, depth) => sum + depth, 1);
  return checkCalls(entry, (each) => depths.get(each)!, source);
}

function noModel({ class_name: className }: LayerEntry, source: string): QgtError {
  return new QgtError('bad-model', {
    where: `${source}: modelTopology`,
    what: 'a layer by itself, which tfjs makes no model of',
    got: className,
    expected: 'Sequential or Functional',
    remedy: 'export the model again',
  });
}

function tooLarge(source: string, what: string): QgtError {
  return new QgtError('bad-model', {
    where: `${source}: modelTopology`,
    what,
    remedy: 'convert it as a graph model, which has no nested models',
  });
}

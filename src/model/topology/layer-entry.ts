import { z } from 'zod';
import { QgtError, shownJson } from '../../core/index.js';

/** A layer's options as the topology has them, in Python's spelling. */
export type Config = Record<string, unknown>;

/** A layer as a topology lists it; the passes in this folder change it in place. */
export interface LayerEntry {
  class_name: string;
  config: Config;
  name?: string;
  /** The name that Keras knows a user's class by, its package in front: `Custom>Attention`. */
  registered_name?: string;
  inbound_nodes?: unknown[];
}

/** A layer that is made of layers: `Sequential`, `Functional` or `Model`. */
export interface ContainerEntry extends LayerEntry {
  config: Config & { layers: LayerEntry[] };
}

const CONTAINER_CLASSES = ['Sequential', 'Functional', 'Model'];

/** Options under which a layer keeps another one. */
const WRAPPED_KEYS = ['layer', 'backward_layer', 'cell'] as const;

const entrySchema = z.object({
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()).or(z.array(z.unknown())),
  name: z.string().exactOptional(),
  registered_name: z.unknown().optional(),
  inbound_nodes: z.array(z.unknown()).exactOptional(),
});

/**
 * Copies a model's config into layer entries, nested models and wrapped layers included.
 *
 * A Keras object's `module` and build notes are left behind; a package in front of a class name (`Custom>Attention`)
 * stays in the registered name alone.
 *
 * @throws QgtError `bad-model` naming the place that is no layer.
 */
export function parseEntry(value: unknown, where: string): LayerEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) throw notALayer(value, parsed.error.issues[0]!.path, where);
  const { config: stored, registered_name: registered, ...rest } = structuredClone(parsed.data);
  // Before Keras 2.2.3 a Sequential's config was the list of its layers.
  const config: Config = Array.isArray(stored) ? { layers: stored } : stored;
  if (config.name !== undefined && typeof config.name !== 'string')
    throw notALayer(value, ['config', 'name'], where);
  if (CONTAINER_CLASSES.includes(rest.class_name) && !Array.isArray(config.layers ?? []))
    throw notALayer(value, ['config', 'layers'], where);
  const entry: LayerEntry = { ...rest, class_name: rest.class_name.split('>').at(-1)!, config };
  const packaged = [registered, rest.class_name].find(
    (name) => typeof name === 'string' && name.includes('>'),
  );
  if (typeof packaged === 'string') entry.registered_name = packaged;
  if (looksLikeModel(entry)) {
    if (!CONTAINER_CLASSES.includes(entry.class_name)) entry.class_name = 'Functional';
    config.layers = (config.layers as unknown[]).map((layer, index) =>
      parseEntry(layer, `${where}: layers.${index}`),
    );
  }
  for (const key of WRAPPED_KEYS) {
    if (entrySchema.safeParse(config[key]).success) config[key] = parseEntry(config[key], `${where}: ${key}`);
  }
  if (Array.isArray(config.cells))
    config.cells = config.cells.map((cell) => parseEntry(cell, `${where}: cells`));
  return entry;
}

/** Forms of the parts of a layer, by key. */
const EXPECTED: Readonly<Record<string, string>> = {
  class_name: 'a text',
  name: 'a text',
  config: 'an object of options',
  inbound_nodes: 'a list of calls',
  layers: 'a list of layers',
};

function notALayer(value: unknown, path: readonly PropertyKey[], where: string): QgtError {
  const keys = path.map(String);
  const found = keys.reduce<unknown>((each, key) => Object(each)[key], value);
  return new QgtError('bad-model', {
    where: [where, keys.join('.')].filter(Boolean).join(': '),
    what: 'not as a layer is written',
    got: shownJson(found),
    expected: EXPECTED[keys.at(-1) ?? ''] ?? 'an object with class_name and config',
    remedy: 'export the model again',
  });
}

function looksLikeModel({ class_name: className, config }: LayerEntry): boolean {
  return (
    Array.isArray(config.layers) &&
    (CONTAINER_CLASSES.includes(className) || config.input_layers !== undefined)
  );
}

/** Whether an entry is made of layers. */
export function isContainer(entry: LayerEntry): entry is ContainerEntry {
  return CONTAINER_CLASSES.includes(entry.class_name) && Array.isArray(entry.config.layers);
}

/** The name that other layers and the weights know a layer by. */
export function nameOf(entry: LayerEntry): string {
  if (typeof entry.config.name === 'string') return entry.config.name;
  return entry.name ?? entry.class_name.toLowerCase();
}

/** The layers that a wrapper or an RNN keeps inside. */
export function wrappedIn(entry: LayerEntry): LayerEntry[] {
  const wrapped = WRAPPED_KEYS.map((key) => entry.config[key]).concat(
    Array.isArray(entry.config.cells) ? entry.config.cells : [],
  );
  return wrapped.filter((each): each is LayerEntry => entrySchema.safeParse(each).success);
}

/** Every layer below an entry and the entry itself, outermost first. */
export function* everyLayer(entry: LayerEntry): Generator<LayerEntry> {
  yield entry;
  const below = isContainer(entry) ? entry.config.layers : wrappedIn(entry);
  for (const each of below) yield* everyLayer(each);
}

/** Every model in the model, outermost first, itself included. */
export function everyContainer(root: LayerEntry): ContainerEntry[] {
  return [...everyLayer(root)].filter(isContainer);
}

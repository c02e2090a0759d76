import { QgtError } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { LoadedModel } from './loaded-model.js';
import { CONVERT_AS_GRAPH, unsupported } from './topology/context.js';
import { everyLayer, isContainer, nameOf } from './topology/layer-entry.js';
import { rootOf } from './topology/root.js';

/** Layers that tfjs registers, but hands their inputs in a form that they can't read. */
const UNRUNNABLE = ['Resizing', 'RandomWidth'];

/** The class names that tfjs can make objects of, the user's own included. */
export function registeredClasses(): ReadonlySet<string> {
  return new Set(Object.keys(tf.serialization.SerializationMap.getMap().classNameMap));
}

/**
 * Checks, before anything is made, that tfjs knows every layer and activation of a layers model, and can run it.
 *
 * @throws QgtError `unsupported-layer` naming all that it doesn't know, or one that it can't run, and what to do.
 */
export function checkClasses({ topology, source }: LoadedModel): void {
  const known = registeredClasses();
  // tfjs reads every string of a topology in camel case.
  const isKnown = (name: string): boolean => known.has(name) || known.has(camelCase(name));
  const missing = new Map<string, string[]>();
  for (const entry of everyLayer(rootOf(topology, source))) {
    if (UNRUNNABLE.includes(entry.class_name))
      throw unsupported(
        entry,
        { source },
        'stock tfjs-layers cannot run this layer in a model',
        'take it out of the model, and resize images before they go in',
      );
    if (!isKnown(entry.class_name)) note(missing, entry.class_name, nameOf(entry));
    if (isContainer(entry)) continue;
    for (const activation of [entry.config.activation, entry.config.recurrent_activation]) {
      if (typeof activation === 'string' && !isKnown(activation))
        note(missing, `activation ${activation}`, nameOf(entry));
    }
  }
  if (missing.size === 0) return;
  const list = [...missing].map(([name, layers]) => `${name} (${layers.join(', ')})`).join('; ');
  throw new QgtError('unsupported-layer', {
    where: source,
    what: `layers that tfjs does not know: ${list}`,
    remedy: `bring custom layers with --require ./my-layers.mjs (a module that calls tf.serialization.registerClass), or ${CONVERT_AS_GRAPH}`,
  });
}

function note(missing: Map<string, string[]>, name: string, layer: string): void {
  const layers = missing.get(name);
  if (layers === undefined) missing.set(name, [layer]);
  else layers.push(layer);
}

function camelCase(name: string): string {
  return name.length <= 1 ? name : name.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}

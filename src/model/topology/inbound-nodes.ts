import { isKerasObject } from './class-names.js';
import { type Context, unsupported } from './context.js';
import { everyContainer, isContainer, type LayerEntry, nameOf } from './layer-entry.js';
import { isReference, type NodeReference } from './node-reference.js';

/** A call in Keras 3's form. */
interface KerasCall {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/**
 * Puts every call of a layer as tfjs reads it: a list of `[layer, node, tensor, {}]`.
 *
 * Options of a call (`training`, `mask: null`) are left out, as tfjs never passes them on.
 *
 * @throws QgtError `unsupported-layer` where a call takes a constant or a mask.
 */
export function adaptInboundNodes(root: LayerEntry, context: Context): void {
  for (const { config } of everyContainer(root)) {
    const nested = new Map(config.layers.filter(isContainer).map((entry) => [nameOf(entry), entry]));
    for (const entry of config.layers) {
      if (entry.inbound_nodes === undefined) continue; // a Sequential's layers follow each other
      entry.name ??= nameOf(entry);
      entry.inbound_nodes = entry.inbound_nodes.map((node) => {
        const references = isCall(node)
          ? shiftNested(tensorsOfCall(node, entry, context), nested)
          : tensorsOfNode(node, entry, context);
        return references.map((reference) => [...reference, {}]);
      });
    }
  }
}

function isCall(node: unknown): node is KerasCall {
  return typeof node === 'object' && node !== null && Array.isArray(Reflect.get(node, 'args'));
}

function tensorsOfCall({ args, kwargs }: KerasCall, entry: LayerEntry, context: Context): NodeReference[] {
  context.notes.add('inbound nodes of Keras 3 were rewritten as tfjs reads them');
  const references = tensorsIn(args, entry, context);
  for (const [key, value] of Object.entries(kwargs ?? {})) {
    if (key === 'training') {
      if (value === true)
        context.notes.add(`${nameOf(entry)}: training=True of its call is ignored, as tfjs does`);
    } else if (key === 'mask') {
      if (hasTensor(value))
        throw unsupported(entry, context, 'it is called with a mask, which tfjs cannot pass');
    } else if (hasTensor(value)) {
      references.push(...tensorsIn(value, entry, context)); // an RNN's initial_state, or inputs by name
    } else if (value !== null && typeof value !== 'boolean') {
      throw unsupported(entry, context, `it is called with the constant ${key}`);
    }
  }
  return references;
}

function tensorsIn(value: unknown, entry: LayerEntry, context: Context): NodeReference[] {
  if (value === null) return [];
  if (isKerasObject(value) && value.class_name === '__keras_tensor__') {
    const history = value.config.keras_history;
    if (isReference(history)) return [[...history]];
  }
  if (Array.isArray(value)) return value.flatMap((each) => tensorsIn(each, entry, context));
  if (typeof value === 'object' && !isKerasObject(value)) {
    const inOrder = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return inOrder.flatMap(([, each]) => tensorsIn(each, entry, context));
  }
  throw unsupported(entry, context, `it is called with a constant (${JSON.stringify(value).slice(0, 60)})`);
}

function hasTensor(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes('"__keras_tensor__"');
}

/** Keras 3 counts the calls of a nested model from 0; in tfjs its own graph is node 0 and the calls follow. */
function shiftNested(references: NodeReference[], nested: ReadonlyMap<string, LayerEntry>): NodeReference[] {
  return references.map(([layer, node, tensor]) => {
    const calls = nested.get(layer)?.inbound_nodes?.length ?? 0;
    return node < calls ? [layer, node + 1, tensor] : [layer, node, tensor];
  });
}

function tensorsOfNode(node: unknown, entry: LayerEntry, context: Context): NodeReference[] {
  const items = isReference(node) ? [node] : Array.isArray(node) ? node : Object.values(node ?? {});
  return items.map((item) => {
    if (!isReference(item)) throw unsupported(entry, context, 'one of its calls cannot be read');
    if (item[0] === '_CONSTANT_VALUE') throw unsupported(entry, context, 'it is called with a constant');
    const options: unknown = (item as readonly unknown[])[3];
    const byKeyword = Object.entries(options ?? {}).find(
      ([key, value]) => key !== 'mask' && containsReference(value),
    );
    if (byKeyword !== undefined) {
      throw unsupported(
        entry,
        context,
        `it is given a tensor by the keyword ${byKeyword[0]}, which tfjs cannot pass`,
      );
    }
    return [item[0], item[1], item[2]];
  });
}

function containsReference(value: unknown): boolean {
  return isReference(value) || (Array.isArray(value) && value.some(containsReference));
}

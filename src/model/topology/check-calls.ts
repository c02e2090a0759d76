import { QgtError } from '../../core/index.js';
import { type ContainerEntry, isContainer, type LayerEntry } from './layer-entry.js';
import { isReference, type NodeReference, referencesIn } from './node-reference.js';

/** A call of a layer in a functional model, and the tensors that it reads. */
interface Call {
  readonly entry: LayerEntry;
  readonly needs: readonly NodeReference[];
}

/**
 * Checks that every call in a functional model can be made, and that its inputs and outputs are.
 *
 * @param depthOf  How many calls of layers stand behind each other in a layer.
 * @returns how many do so in this model.
 * @throws QgtError `bad-model` naming the layer and what it waits for.
 */
export function checkCalls(
  container: ContainerEntry,
  depthOf: (entry: LayerEntry) => number,
  source: string,
): number {
  const { layers, input_layers: inputs, output_layers: outputs } = container.config;
  const calls: Call[] = layers.flatMap((entry) =>
    (entry.inbound_nodes ?? []).map((node) => ({ entry, needs: tensorsOf(node, entry, source) })),
  );
  // By the layer's name: the depth of each of its calls that can be made.
  const made = new Map(layers.map((entry) => [entry.name, nodesFromTheStart(entry)]));
  const isMade = ([layer, node]: NodeReference): boolean => node < (made.get(layer)?.length ?? 0);
  const waiting = new Map<string, Call[]>();
  const ahead = calls.toReversed();
  while (ahead.length > 0) {
    const call = ahead.pop()!;
    const missing = call.needs.find((need) => !isMade(need));
    if (missing !== undefined) {
      const key = JSON.stringify(missing.slice(0, 2));
      waiting.set(key, [...(waiting.get(key) ?? []), call]);
      continue;
    }
    const depths = made.get(call.entry.name)!;
    const before = call.needs.reduce((most, [layer, node]) => Math.max(most, made.get(layer)![node]!), 0);
    const key = JSON.stringify([call.entry.name, depths.length]);
    depths.push(before + depthOf(call.entry));
    for (const each of waiting.get(key) ?? []) ahead.push(each);
    waiting.delete(key);
  }
  const [stuck] = [...waiting.values()].flat();
  if (stuck !== undefined) throw unmade(stuck.entry.name, stuck.needs.find((need) => !isMade(need))!, source);
  const end = referencesIn([inputs, outputs]).find((each) => !isMade(each));
  if (end !== undefined) throw unmade('the inputs and outputs', end, source);
  return [...made.values()].flat().reduce((most, depth) => Math.max(most, depth), 0);
}

/** An input is there from the start, and a nested model has its own graph as its first node. */
function nodesFromTheStart(entry: LayerEntry): number[] {
  const isThere = entry.class_name === 'InputLayer' || (isContainer(entry) && entry.config.layers.length > 0);
  return isThere ? [0] : [];
}

/** The tensors of a call, which has to be a list of them as tfjs reads it, and no list in a list. */
function tensorsOf(node: unknown, { name }: LayerEntry, source: string): NodeReference[] {
  const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isTensor = (value: unknown): value is NodeReference =>
    isReference(value) && isIndex(value[1]) && isIndex(value[2]);
  if (Array.isArray(node) && node.length > 0 && node.every(isTensor)) return node;
  throw new QgtError('bad-model', {
    where: `${source}: layer ${name}`,
    what: 'one of its calls has no inputs, or none that can be read',
    got: JSON.stringify(node).slice(0, 80),
    expected: 'a list of [layer, call, output]',
    remedy: 'the topology is damaged; export the model again',
  });
}

function unmade(layer: string | undefined, need: NodeReference, source: string): QgtError {
  return new QgtError('bad-model', {
    where: `${source}: ${layer ?? 'a layer without a name'}`,
    what: `call ${need[1]} of layer ${need[0]}, which it needs, is never made`,
    remedy: 'the topology is damaged; export the model again',
  });
}

import { QgtError } from '../../core/index.js';
import { type ContainerEntry, everyContainer, isContainer, type LayerEntry } from './layer-entry.js';
import { type NodeReference, referencesIn } from './node-reference.js';

/**
 * Checks that every call in a functional model can be made: tfjs would wait for ever for a layer that is not there,
 * a call that nobody makes, or two calls that need each other.
 *
 * @throws QgtError `bad-model` naming the layer and what it waits for.
 */
export function checkReferences(root: LayerEntry, source: string): void {
  for (const container of everyContainer(root)) {
    if (container.class_name !== 'Sequential') checkContainer(container, source);
  }
}

function checkContainer({ config }: ContainerEntry, source: string): void {
  const made = new Map(config.layers.map((entry) => [entry.name, nodesFromTheStart(entry)]));
  const isMade = ([layer, node]: NodeReference): boolean => node < (made.get(layer) ?? 0);
  let waiting = config.layers.flatMap((entry) =>
    (entry.inbound_nodes ?? []).map((node) => ({ entry, needs: referencesIn(node) })),
  );
  for (let before = Number.POSITIVE_INFINITY; waiting.length < before; ) {
    before = waiting.length;
    waiting = waiting.filter(({ entry, needs }) => {
      if (needs.length === 0 || !needs.every(isMade)) return true; // tfjs makes no call without inputs
      made.set(entry.name, (made.get(entry.name) ?? 0) + 1);
      return false;
    });
  }
  const stuck = waiting[0];
  if (stuck !== undefined)
    throw unmade(
      stuck.entry.name,
      stuck.needs.find((need) => !isMade(need)),
      source,
    );
  for (const end of referencesIn([config.input_layers, config.output_layers])) {
    if (!isMade(end)) throw unmade('the inputs and outputs', end, source);
  }
}

/** An input is there from the start, and a nested model has its own graph as its first node. */
function nodesFromTheStart(entry: LayerEntry): number {
  return entry.class_name === 'InputLayer' || isContainer(entry) ? 1 : 0;
}

function unmade(layer: string | undefined, need: NodeReference | undefined, source: string): QgtError {
  return new QgtError('bad-model', {
    where: `${source}: ${layer ?? 'a layer without a name'}`,
    what:
      need === undefined
        ? 'one of its calls has no inputs'
        : `call ${need[1]} of layer ${need[0]}, which it needs, is never made`,
    remedy: 'the topology is damaged; export the model again',
  });
}

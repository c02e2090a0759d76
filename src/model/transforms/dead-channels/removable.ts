import type { Channels } from '../../layers/channels.js';
import type { Wiring } from '../../topology/wiring.js';
import type { AnalyzedLayer } from './analysis.js';
import { type Classes, createClasses } from './classes.js';
import { fitsBias, ignoredInputs } from './kernel-sums.js';

/** Mask of the channels of each layer's output that stay; an unknown layer is missing. */
export type KeptChannels = ReadonlyMap<string, readonly boolean[]>;

/**
 * Finds the channels that have to stay; a model can do without the others.
 *
 * Channels that can only go together (through BatchNorm, pooling, an addition) are of one class. A class stays
 * if anything that makes or reads one of its channels needs it: the model's ends, layers of which nothing is
 * known, kernels which use a channel that is not a constant that fits their bias.
 */
export function findKept(wiring: Wiring, layers: ReadonlyMap<string, AnalyzedLayer>): KeptChannels {
  const known = [...layers.values()].filter((layer): layer is KnownLayer => layer.output !== undefined);
  const starts = new Map<string, number>();
  let slots = 0;
  for (const { name, output } of known) {
    starts.set(name, slots);
    slots += output.count;
  }
  const classes = createClasses(slots);
  const slotsOf = (name: string): number[] => {
    const start = starts.get(name);
    const count = layers.get(name)?.output?.count ?? 0;
    return start === undefined ? [] : Array.from({ length: count }, (_, channel) => start + channel);
  };
  for (const layer of layers.values()) tieLayer(layer, layers, slotsOf, classes);
  for (const { name, rule } of known) {
    if (rule === undefined || wiring.outputs.has(name)) slotsOf(name).forEach(classes.keep);
  }
  keepOneEach(
    known.map(({ name }) => slotsOf(name)),
    classes,
  );
  return new Map(known.map(({ name }) => [name, slotsOf(name).map(classes.isKept)]));
}

type KnownLayer = AnalyzedLayer & { readonly output: Channels };

/** Ties what goes together through one layer, and keeps what it needs. */
function tieLayer(
  { name, inputs, rule }: AnalyzedLayer,
  layers: ReadonlyMap<string, AnalyzedLayer>,
  slotsOf: (name: string) => number[],
  classes: Classes,
): void {
  const own = slotsOf(name);
  const read = inputs.map(slotsOf);
  switch (rule?.kind) {
    case undefined:
      for (const slots of read) slots.forEach(classes.keep);
      break;
    case 'mixes': {
      if (rule.activation === null) own.forEach(classes.keep);
      const input = layers.get(inputs[0] ?? '')?.output;
      if (input === undefined) break;
      const ignored = ignoredInputs(rule, input.count);
      for (const [channel, slot] of read[0]!.entries()) {
        const free = ignored[channel] || fitsBias(rule, input.constants[channel]!);
        if (!free || rule.inAxis === null) classes.keep(slot);
      }
      break;
    }
    case 'spreads':
      for (const [channel, slot] of own.entries())
        classes.tie(read[0]![Math.floor(channel / rule.multiplier)]!, slot);
      break;
    case 'keeps':
      for (const slots of read)
        for (const [channel, slot] of own.entries()) classes.tie(slots[channel]!, slot);
      break;
    case 'joins':
      for (const [index, slot] of read.flat().entries()) classes.tie(slot, own[index]!);
  }
}

/** Keeps one channel of each layer that could lose all: a layer without channels can't be made. */
function keepOneEach(outputs: readonly number[][], { isKept, keep }: Classes): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const slots of outputs) {
      if (slots.length === 0 || slots.some(isKept)) continue;
      keep(slots[0]!);
      changed = true;
    }
  }
}

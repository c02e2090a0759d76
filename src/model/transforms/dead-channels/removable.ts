import type { Analysis, AnalyzedCall, AnalyzedLayer } from './analysis.js';
import { type ChannelClasses, createChannelClasses } from './channel-classes.js';
import { findCauses, inWords, needsOf } from './reasons.js';
import { isTied, isTornApart } from './shared-layers.js';
import { tieChannels } from './ties.js';

/** Why each channel of a value stays, in words; null: it can go. */
export type Stays = readonly (string | null)[];

/** Channels of each value that stay; a value of which nothing is known is missing. */
export type KeptChannels = ReadonlyMap<number, Stays>;

/**
 * Finds the channels that have to stay; a model can do without the others.
 *
 * A class of channels that can only go together stays if anything that makes or reads one of them needs it: the model's
 * ends, layers of which nothing is known, kernels to which it is neither a constant that fits their bias nor of no
 * account.
 *
 * @param outputs  The values that are the model's outputs.
 */
export function findKept(analysis: Analysis, outputs: readonly number[]): KeptChannels {
  const { layers, values } = analysis;
  const classes = createChannelClasses(values);
  tieChannels(analysis, classes);
  keepAll(outputs, "they are the model's output", classes);
  for (const layer of layers) {
    const { calls } = layer;
    if (isTied(layer) && isTornApart(layer, values))
      keepAll(calls.flatMap(endsOf), `what ${inWords(layer)} reads is not known of every call`, classes);
    for (const call of calls) keepWhole(call, layer, classes);
  }
  keepRead(analysis, classes);
  keepOneEach([...values.keys()], classes);
  const staysOf = (value: number): Stays =>
    classes.slotsOf(value).map((slot) => classes.reasonFor(slot) ?? null);
  return new Map([...values.keys()].map((value) => [value, staysOf(value)]));
}

const endsOf = ({ inputs, output }: AnalyzedCall): number[] => [...inputs, output];

/** Keeps all channels of values that a call can't do with fewer of. */
function keepWhole(call: AnalyzedCall, layer: AnalyzedLayer, classes: ChannelClasses): void {
  const name = inWords(layer);
  const { rule, inputs, output } = call;
  if (rule === undefined) keepAll(inputs, `${name} is not known to take each channel by itself`, classes);
  else if (rule.kind === 'needs') keepAll(endsOf(call), `${name} needs every channel`, classes);
  else if (rule.kind === 'mixes' && rule.activation === null)
    keepAll([output], `the activation of ${name} needs every channel`, classes);
}

/** Keeps the channels that kernels need of what they read. */
function keepRead(analysis: Analysis, classes: ChannelClasses): void {
  const causes = findCauses(analysis, classes);
  for (const layer of analysis.layers) {
    for (const { rule, inputs } of layer.calls) {
      if (rule?.kind !== 'mixes' || inputs[0] === undefined) continue;
      const needs = needsOf(rule, layer, analysis);
      for (const [channel, slot] of classes.slotsOf(inputs[0]).entries()) {
        const need = needs[channel] ?? null;
        const cause = causes.get(classes.classOf(slot)) ?? `what ${inWords(layer)} reads of them varies`;
        if (need !== null) classes.keep(slot, need === 'varies' ? cause : need);
      }
    }
  }
}

function keepAll(values: readonly number[], reason: string, { slotsOf, keep }: ChannelClasses): void {
  for (const slot of values.flatMap(slotsOf)) keep(slot, reason);
}

/** A layer without channels can't be made: one stays wherever all could go. */
function keepOneEach(values: readonly number[], { slotsOf, reasonFor, keep }: ChannelClasses): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const slots of values.map(slotsOf)) {
      if (slots.length === 0 || slots.some((slot) => reasonFor(slot) !== undefined)) continue;
      keep(slots[0]!, 'a layer has one channel at least');
      changed = true;
    }
  }
}

import type { Analysis, AnalyzedCall, AnalyzedLayer } from './analysis.js';
import type { ChannelClasses } from './channel-classes.js';
import { isTied, isTornApart } from './shared-layers.js';

/** Puts channels into one class that can only go together: through BatchNorm, an addition, two calls of a kernel. */
export function tieChannels({ layers, values }: Analysis, classes: ChannelClasses): void {
  for (const layer of layers) {
    if (isTied(layer) && !isTornApart(layer, values)) tieCalls(layer, classes);
    for (const call of layer.calls) tieCall(call, classes);
  }
}

/** A layer whose weights or options count channels has the same ones in every call of it. */
function tieCalls({ calls }: AnalyzedLayer, { slotsOf, tie }: ChannelClasses): void {
  const [first, ...others] = calls.map(({ inputs, output }) => [...inputs, output].flatMap(slotsOf));
  for (const other of others) for (const [at, slot] of other.entries()) tie(slot, first![at]!);
}

function tieCall({ inputs, output, rule }: AnalyzedCall, { slotsOf, tie }: ChannelClasses): void {
  const own = slotsOf(output);
  const read = inputs.map(slotsOf);
  switch (rule?.kind) {
    case 'spreads':
      for (const [channel, slot] of own.entries())
        tie(read[0]![Math.floor(channel / rule.multiplier)]!, slot);
      break;
    case 'keeps':
      for (const slots of read.filter(({ length }) => length === own.length))
        for (const [channel, slot] of own.entries()) tie(slots[channel]!, slot);
      break;
    case 'joins':
      for (const [index, slot] of read.flat().entries()) tie(slot, own[index]!);
  }
}

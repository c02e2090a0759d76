import { channelLayout, QgtError, type Shape, sizeOf, type Weight } from '../core/index.js';
import { type Bits, quantizers, widthsOf } from '../quantize/index.js';
import { alternativesOf, globMatcher, unclosedIn } from './glob.js';
import { type LayerRule, layerOption, layerRuleText } from './layer-rule.js';
import { type GridOptions, type PlannedGrid, planGrid } from './planned-grid.js';

/** Options that decide each layer's width and grid, as the user set them. */
export interface BitRules extends GridOptions {
  readonly bits: Bits;
  /** By globs over layer and weight names; a later one wins. */
  readonly layer: Readonly<Record<string, LayerRule>>;
  /** Edge layers and depthwise kernels get `bits` too. */
  readonly uniform: boolean;
}

/** A weight with its planned grid, and the reason for it. */
export interface PlannedWeight {
  readonly name: string;
  readonly reason: string;
  /** null: stays in float. */
  readonly grid: PlannedGrid | null;
  /** Present where the user left its layer in float: every bit of it stays. */
  readonly pinned?: true;
}

/** First and last layers mostly hold 1-2 % of the weights and do most of the damage. */
const EDGE_BITS: Bits = 8;

/** A depthwise kernel's output sums few products, so that their errors don't cancel out. */
const DEPTHWISE_BITS: Bits = 4;

/** Largest share of all kernels' weights that kernels with extra bits may hold, edge layers together; larger ones must shrink. */
const MAX_SPARED_SHARE = 0.1;

/** Codes and scales must take at most this share of the float bytes, else they aren't worth their noise. */
const WORTHWHILE_SHARE = 0.75;

/**
 * Decides how many bits each weight gets, and says why.
 *
 * @throws QgtError `usage` for a rule in `layer` that matches no kernel or whose quantizer lacks its width,
 *   `nothing-to-quantize` where no weight is a kernel, or all of them would stay in float.
 */
export function planBits(weights: readonly Weight[], rules: BitRules): readonly PlannedWeight[] {
  const kernels = weights.filter((weight) => weight.role === 'kernel');
  if (kernels.length === 0) {
    throw new QgtError('nothing-to-quantize', {
      where: 'the model',
      what: 'no layer has a kernel to quantize',
      got:
        weights.length === 0
          ? 'no weights at all'
          : weights
              .map((weight) => weight.name)
              .slice(0, 5)
              .join(', '),
      remedy: 'run `qgt inspect` to see what is in it',
    });
  }
  const pins = Object.entries(rules.layer).map(([glob, rule]) => ({ glob, rule, matches: matcher(glob) }));
  for (const { glob, rule, matches } of pins) {
    checkWidth(glob, rule);
    if (!kernels.some(matches)) throw unknownLayer(glob, kernels);
    for (const each of alternativesOf(glob)) {
      const found = kernels.filter(matcher(each));
      if (found.length === 0) throw unknownLayer(each, kernels);
      if (each.includes(CUT) && new Set(found.map(({ layer }) => layer)).size > 1)
        throw ambiguous(each, found);
    }
  }
  const total = kernels.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const planned = weights.map((weight): PlannedWeight => {
    if (weight.role === 'float') return inFloat(weight.name, weight.reason ?? 'not a kernel');
    const { name } = weight;
    const pin = pins.findLast(({ matches }) => matches(weight));
    if (pin !== undefined) {
      const { glob, rule } = pin;
      const reason = layerOption(glob, rule);
      return rule.bits === 'float'
        ? { ...inFloat(name, reason), pinned: true }
        : { name, reason, grid: planGrid(weight, rule, rules) };
    }
    const { bits, reason } = spared(weight, kernels, total, rules) ?? { bits: rules.bits, reason: '--bits' };
    const grid = planGrid(weight, { bits }, rules);
    return expectedBytes(weight.shape, grid) > WORTHWHILE_SHARE * 4 * sizeOf(weight.shape)
      ? inFloat(name, 'too small to be worth a scale')
      : { name, reason, grid };
  });
  if (planned.every(({ grid }) => grid === null)) throw allInFloat(rules);
  return withPinnedVectors(weights, planned);
}

/** Pins what else belongs to a layer whose kernels are all pinned: its bias. */
function withPinnedVectors(
  weights: readonly Weight[],
  planned: readonly PlannedWeight[],
): readonly PlannedWeight[] {
  const pinned = new Set<string>();
  const others = new Set<string>();
  for (const [index, { layer, role }] of weights.entries())
    if (role === 'kernel') (planned[index]!.pinned ? pinned : others).add(layer);
  return planned.map((each, index) => {
    const { layer } = weights[index]!;
    return pinned.has(layer) && !others.has(layer) ? { ...each, pinned: true } : each;
  });
}

/** The bits of a kernel that does more damage than others, and why it has more, or no more, than they; null: it is like them. */
function spared(
  weight: Weight,
  kernels: readonly Weight[],
  total: number,
  { bits, uniform }: BitRules,
): { readonly bits: Bits; readonly reason: string } | null {
  const wanted = sparing(weight);
  if (uniform || wanted === null || wanted.bits <= bits) return null;
  const alike = weight.edge === null ? [weight] : kernels.filter((other) => isSmallerEdge(other, weight));
  const share = alike.reduce((sum, { shape }) => sum + sizeOf(shape), 0) / total;
  if (share <= MAX_SPARED_SHARE) return wanted;
  const others = alike.length === 1 ? '' : `, one of ${alike.length} edge layers`;
  return {
    bits,
    reason: `--bits: ${wanted.reason}${others} with ${Math.round(100 * share)} % of the weights`,
  };
}

/** Whether a kernel is an edge layer that is spared where this other one is: smaller ones come first, equal ones together. */
function isSmallerEdge({ edge, shape }: Weight, other: Weight): boolean {
  return edge !== null && sizeOf(shape) <= sizeOf(other.shape);
}

/** The bits that a kernel gets at least, where it does more damage than others, and why. */
function sparing({ edge, channelAxes }: Weight): { readonly bits: Bits; readonly reason: string } | null {
  if (edge !== null) return { bits: EDGE_BITS, reason: `${edge} layer` };
  return channelAxes.length > 1 ? { bits: DEPTHWISE_BITS, reason: 'depthwise kernel' } : null;
}

const inFloat = (name: string, reason: string): PlannedWeight => ({ name, reason, grid: null });

/** Bytes of the codes and of a float32 scale a channel. */
function expectedBytes(shape: Shape, { bits, axes }: PlannedGrid): number {
  return Math.ceil((sizeOf(shape) * bits) / 8) + 4 * channelLayout(shape, axes).channels;
}

/** Stands for what the tables leave out of a long name, so that one can be copied from there. */
const CUT = '…';

function matcher(glob: string): (weight: Weight) => boolean {
  const matches = globMatcher(glob.replaceAll(CUT, '**'));
  return ({ name, layer }) => name === glob || layer === glob || matches(layer) || matches(name);
}

/** @throws QgtError `usage` where the quantizer that a rule names lacks its width. */
function checkWidth(glob: string, rule: LayerRule): void {
  if (rule.bits === 'float' || rule.quantizer === undefined) return;
  const { bits, quantizer } = rule;
  const widths = widthsOf(quantizer);
  if (widths.includes(bits)) return;
  const able = quantizers.filter((each) => each.widths.includes(bits)).map(({ name }) => name);
  throw new QgtError('usage', {
    where: '--layer',
    what: `${quantizer} has no grid of ${bits} bits`,
    got: layerRuleText(glob, rule),
    expected: `${widths.join(', ')} bits`,
    remedy: `give it such a width, or take ${able.join(', ')}`,
  });
}

const CLOSING = { '{': '}', '[': ']' } as const;

function unknownLayer(glob: string, kernels: readonly Weight[]): QgtError {
  const layers = [...new Set(kernels.map((kernel) => kernel.layer))];
  const listed = layers.slice(0, 20).join(', ');
  const unclosed = unclosedIn(glob);
  return new QgtError('usage', {
    where: '--layer',
    what: `no layer with a kernel matches${unclosed === null ? '' : `, and nothing closes its ${unclosed}`}`,
    got: glob,
    expected: `one of ${listed}${layers.length > 20 ? ` and ${layers.length - 20} more` : ''}`,
    remedy: unclosed === null ? 'run `qgt inspect` to see the names' : `close it with ${CLOSING[unclosed]}`,
  });
}

function ambiguous(glob: string, kernels: readonly Weight[]): QgtError {
  return new QgtError('usage', {
    where: '--layer',
    what: `a name cut by ${CUT} fits ${kernels.length} kernels`,
    got: glob,
    expected: `one of ${kernels
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')}`,
    remedy: 'give more of the name, or a glob with * for all of them',
  });
}

function allInFloat({ layer }: BitRules): QgtError {
  const floats = Object.entries(layer).filter(([, { bits }]) => bits === 'float');
  return new QgtError(
    'nothing-to-quantize',
    floats.length > 0
      ? {
          where: '--layer',
          what: 'leaves no kernel to quantize',
          got: floats.map(([glob, rule]) => layerRuleText(glob, rule)).join(', '),
          expected: 'a kernel that gets bits',
          remedy: 'leave fewer layers in float; `qgt inspect` shows them',
        }
      : {
          where: 'the model',
          what: 'every kernel is too small to be worth a scale',
          remedy: "give a layer bits all the same, such as --layer '*=8'",
        },
  );
}

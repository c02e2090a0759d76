import picomatch from 'picomatch';
import { channelLayout, QgtError, type Shape, sizeOf, type Weight } from '../core/index.js';
import type { Bits } from '../quantize/index.js';

/** What the user asked for. */
export interface BitRules {
  readonly bits: Bits;
  /** Globs over layer and weight names; a later one wins. */
  readonly layer: Readonly<Record<string, Bits | 'float'>>;
  /** Edge layers and depthwise kernels get `bits` too. */
  readonly uniform: boolean;
  readonly granularity: 'perTensor' | 'perChannel';
  /** By its name; a width that it lacks is another's. */
  readonly quantizer: string;
}

/** The grid that a kernel is to get. */
export interface PlannedGrid {
  readonly bits: Bits;
  /** Dimensions with a scale each; none: one scale for all. */
  readonly axes: readonly number[];
  /** As the user named it. */
  readonly quantizer: string;
}

/** A weight and what becomes of it. */
export interface PlannedWeight {
  readonly name: string;
  readonly reason: string;
  /** null: stays in float. */
  readonly grid: PlannedGrid | null;
}

/** First and last layers mostly hold 1-2 % of the weights and do most of the damage. */
const EDGE_BITS: Bits = 8;

/** A depthwise kernel's output sums few products, so that their errors don't cancel out. */
const DEPTHWISE_BITS: Bits = 4;

/** A kernel that holds more of all kernels' weights than this is what the user wants smaller. */
const MAX_SPARED_SHARE = 0.1;

/** Codes and scales must take at most this share of the float bytes, else they aren't worth their noise. */
const WORTHWHILE_SHARE = 0.75;

/**
 * Decides how many bits each weight gets, and says why.
 *
 * @throws QgtError `usage` for a glob in `layer` that matches no kernel, `nothing-to-quantize` where no weight is one, or
 *   all of them would stay in float.
 */
export function planBits(weights: readonly Weight[], rules: BitRules): PlannedWeight[] {
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
  const globs = Object.entries(rules.layer).map(([glob, bits]) => ({ glob, bits, matches: matcher(glob) }));
  for (const { glob, matches } of globs) {
    if (!kernels.some(matches)) throw unknownLayer(glob, kernels);
  }
  const total = kernels.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const planned = weights.map((weight) => {
    if (weight.role === 'float') return inFloat(weight.name, weight.reason ?? 'not a kernel');
    const axes = rules.granularity === 'perChannel' ? weight.channelAxes : [];
    const onGrid = (bits: Bits, reason: string): PlannedWeight => ({
      name: weight.name,
      reason,
      grid: { bits, axes, quantizer: rules.quantizer },
    });
    const rule = globs.findLast(({ matches }) => matches(weight));
    if (rule !== undefined) {
      const reason = `--layer ${rule.glob}`;
      return rule.bits === 'float' ? inFloat(weight.name, reason) : onGrid(rule.bits, reason);
    }
    const spared = rules.uniform || sizeOf(weight.shape) > MAX_SPARED_SHARE * total ? null : sparing(weight);
    const { bits, reason } =
      spared !== null && spared.bits > rules.bits ? spared : { bits: rules.bits, reason: '--bits' };
    if (expectedBytes(weight.shape, bits, axes) > WORTHWHILE_SHARE * 4 * sizeOf(weight.shape)) {
      return inFloat(weight.name, 'too small to be worth a scale');
    }
    return onGrid(bits, reason);
  });
  if (planned.every(({ grid }) => grid === null)) throw allInFloat(rules);
  return planned;
}

/** The bits that a kernel gets at least, where it does more damage than others, and why. */
function sparing({ edge, channelAxes }: Weight): { readonly bits: Bits; readonly reason: string } | null {
  if (edge !== null) return { bits: EDGE_BITS, reason: `${edge} layer` };
  return channelAxes.length > 1 ? { bits: DEPTHWISE_BITS, reason: 'depthwise kernel' } : null;
}

const inFloat = (name: string, reason: string): PlannedWeight => ({ name, reason, grid: null });

/** Bytes of the codes and of a float32 scale a channel. */
function expectedBytes(shape: Shape, bits: Bits, axes: readonly number[]): number {
  return Math.ceil((sizeOf(shape) * bits) / 8) + 4 * channelLayout(shape, axes).channels;
}

function matcher(glob: string): (weight: Weight) => boolean {
  const matches = picomatch(glob, { nonegate: true });
  return ({ name, layer }) => name === glob || layer === glob || matches(layer) || matches(name);
}

function unknownLayer(glob: string, kernels: readonly Weight[]): QgtError {
  const layers = [...new Set(kernels.map((kernel) => kernel.layer))];
  const listed = layers.slice(0, 20).join(', ');
  return new QgtError('usage', {
    where: '--layer',
    what: 'no layer with a kernel matches',
    got: glob,
    expected: `one of ${listed}${layers.length > 20 ? ` and ${layers.length - 20} more` : ''}`,
    remedy: 'run `qgt inspect` to see the names',
  });
}

function allInFloat({ layer }: BitRules): QgtError {
  const floats = Object.keys(layer).filter((glob) => layer[glob] === 'float');
  return new QgtError(
    'nothing-to-quantize',
    floats.length > 0
      ? {
          where: '--layer',
          what: 'leaves no kernel to quantize',
          got: floats.map((glob) => `${glob}=float`).join(', '),
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

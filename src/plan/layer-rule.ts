import { type Bits, widthsOf } from '../quantize/index.js';

/** One scale for all of a kernel, or one for each of its output channels. */
export type Granularity = 'perTensor' | 'perChannel';

/** The grid that `--layer` gives a layer; what it leaves out is as for every layer. */
export interface GridRule {
  readonly bits: Bits;
  /** Share of the range that fitting gives the grid to which it is drawn in, above 0 and at most 1. */
  readonly clip?: number | undefined;
  readonly granularity?: Granularity | undefined;
  /** By its name; it has to have the width. */
  readonly quantizer?: string | undefined;
}

/** What `--layer` says of the layers that a glob matches. */
export type LayerRule = GridRule | { readonly bits: 'float' };

/** A rule in the words of `--layer`: `conv2d_3=2,clip:0.7,perChannel`. */
export function layerRuleText(glob: string, rule: LayerRule): string {
  if (rule.bits === 'float') return `${glob}=float`;
  const { bits, clip, granularity, quantizer } = rule;
  const modifiers = [clip === undefined ? undefined : `clip:${clip}`, granularity, quantizer];
  return `${glob}=${[bits, ...modifiers.filter((each) => each !== undefined)].join(',')}`;
}

/** The option that sets a rule, as it is typed. */
export function layerOption(glob: string, rule: LayerRule): string {
  return `--layer '${layerRuleText(glob, rule)}'`;
}

/** The same grid at another width; by the quantizer of every layer where its own lacks that. */
export function atWidth({ quantizer, ...rule }: GridRule, bits: Bits): GridRule {
  const keeps = quantizer !== undefined && widthsOf(quantizer).includes(bits);
  return keeps ? { ...rule, bits, quantizer } : { ...rule, bits };
}

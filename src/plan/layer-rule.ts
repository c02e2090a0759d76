import { type Bits, widthsOf } from '../quantize/index.js';

/** Number of scales: one for the whole kernel, or one for each of its output channels. */
export type Granularity = 'perTensor' | 'perChannel';

/** The grid that `--layer` gives a layer; absent settings are those of all layers. */
export interface GridRule {
  readonly bits: Bits;
  /** Factor that shrinks the fitted grid's range, above 0 and at most 1; 1: unchanged. */
  readonly clip?: number | undefined;
  readonly granularity?: Granularity | undefined;
  /** Name of the quantizer, which must support the width. */
  readonly quantizer?: string | undefined;
}

/** Rule of `--layer` for the layers that a glob matches. */
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
  return `--layer '${layerRuleText(glob, rule).replaceAll("'", "'\\''")}'`;
}

/** Rules for layers by their names, as `--layer` takes them: those of layers that have the same are one. */
export function layerOptions(rules: readonly (readonly [name: string, rule: LayerRule])[]): string {
  const texts = rules.map(([, rule]) => layerRuleText('', rule));
  const alike = (text: string) => rules.filter((_, index) => texts[index] === text);
  return [...new Set(texts)]
    .map((text) => {
      const group = alike(text);
      return layerOption(globOf(group.map(([name]) => name)), group[0]![1]);
    })
    .join(' ');
}

/** A glob that matches names; a single one stands for itself. */
function globOf(names: readonly string[]): string {
  const [only] = names;
  return names.length === 1
    ? only!
    : `{${names.map((name) => name.replace(/[\\*?[\]{},!]/g, '\\$&')).join(',')}}`;
}

/** The same rule at another width; the quantizer of all layers replaces one that lacks that width. */
export function atWidth({ quantizer, ...rule }: GridRule, bits: Bits): GridRule {
  const keeps = quantizer !== undefined && widthsOf(quantizer).includes(bits);
  return keeps ? { ...rule, bits, quantizer } : { ...rule, bits };
}

import { FLOAT_BITS } from './float-bits.js';
import type { LayerReport } from './layer-report.js';

/** At most `width` characters of a text, taken from both its ends: `block_1…/kernel`. */
export function shorten(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  if (width < 2) return '…'.slice(0, width);
  const tail = Math.ceil((width - 1) / 2);
  return `${letters.slice(0, width - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}

/**
 * At most `width` characters of a weight's name: in `layer/kernel` the layer matters more, so the other part is
 * cut first.
 */
export function shortenName(name: string, width: number): string {
  const slash = name.lastIndexOf('/');
  if ([...name].length <= width || slash < 1 || width < 8) return shorten(name, width);
  // One letter is left to tell an LSTM's kernel from its recurrent_kernel.
  const layer = shorten(name.slice(0, slash), width - 3);
  return `${[...`${layer}${name.slice(slash)}`].slice(0, width - 1).join('')}…`;
}

/**
 * Short labels of the quantized weights: the layer's name if it has no other quantized weight, without the
 * scopes that all of them share.
 */
export function labelsOf(layers: readonly Pick<LayerReport, 'name' | 'bits'>[]): ReadonlyMap<string, string> {
  const names = layers.filter(({ bits }) => bits < FLOAT_BITS).map(({ name }) => name);
  const owners = names.map((name) => name.replace(/(?<=.)\/[^/]*$/, ''));
  const scope = commonScope(owners);
  return new Map(
    names.map((name, index) => {
      const owner = owners[index]!;
      const isAlone = owners.indexOf(owner) === owners.lastIndexOf(owner);
      return [name, (isAlone ? owner : name).slice(scope.length) || name];
    }),
  );
}

/** The longest beginning of all names that ends with a slash, `outer/inner/`; empty for a single name. */
function commonScope(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (others.length === 0) return '';
  const scopes = [...first.matchAll(/\//g)].map(({ index }) => first.slice(0, index + 1));
  return scopes.findLast((scope) => others.every((name) => name.startsWith(scope))) ?? '';
}

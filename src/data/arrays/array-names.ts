import { type Named, namesOf, namesText, QgtError } from '../../core/index.js';
import type { InputSpec, OutputSpec } from '../dataset.js';

const PART = 'train|test|valid|validation|val';
const NAME = new RegExp(`^(?:(${PART})_)?(.+?)(?:_(${PART}))?$`, 'is');
/** Usual names of inputs and, in the same places, of the labels that belong to them. */
const INPUTS = ['x', 'images', 'image', 'data', 'inputs', 'input', 'features', 'arr_0'];
const LABELS = ['y', 'labels', 'label', 'target', 'targets', 'target', 'labels', 'arr_1'];

/** Names of the arrays that make a dataset; labels may be missing. */
export interface ArrayNames {
  readonly inputs: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Finds the inputs and the labels of a model among the arrays of a file: `x` and `y` or what else they are usually
 * called, `x_train`, `y_test` and the like, `x0`, `x1` or the model's own names where it has several, those of its nodes or
 * of its signature.
 *
 * An array of an input is no label on account of its name alone, unless there are other labels.
 *
 * @param part  Which part to take where there are several: `train`, `test`, ...
 * @throws QgtError `bad-data` if there is no input, or more than one part to choose from.
 */
export function findArrays(
  path: string,
  names: readonly string[],
  { inputs, outputs }: { readonly inputs: readonly InputSpec[]; readonly outputs: readonly OutputSpec[] },
  part?: string,
): ArrayNames {
  const split = names.map((name) => ({ name, ...splitName(name) }));
  const slots = aliases(inputs, 'x', INPUTS);
  const parts = [...new Set(split.filter(({ base }) => slots[0]!.includes(base)).map((found) => found.part))];
  if (part === undefined && parts.length > 1) {
    throw new QgtError('bad-data', {
      where: path,
      what: `it has several parts (${parts.map((found) => found || 'without a name').join(', ')})`,
      remedy: `name one: ${parts.map((found) => `${path}#${found}`).join(' or ')}`,
    });
  }
  const chosen = part?.toLowerCase() ?? parts[0] ?? '';
  const pick = (slot: readonly string[], taken: readonly (string | undefined)[] = []): string | undefined =>
    slot
      .map((alias) => split.find(({ base, part: of }) => base === alias && of === chosen)?.name)
      .find((name) => name !== undefined && !taken.includes(name));
  const sole =
    inputs.length === 1 && split.length === 1 && !LABELS.includes(split[0]!.base) ? names : undefined;
  const foundInputs = part === undefined && sole !== undefined ? sole : slots.map((slot) => pick(slot));
  const labelSlots = aliases(outputs, 'y', LABELS);
  const ownLabels = labelSlots.map((slot) => pick(slot, foundInputs));
  const isLabelled = ownLabels.some((name) => name !== undefined);
  const foundLabels = isLabelled ? ownLabels.map((own, index) => own ?? pick(labelSlots[index]!)) : ownLabels;
  const single = outputs.length > 1 ? pick(LABELS) : undefined;
  if (single !== undefined && foundLabels.every((name) => name === undefined)) {
    throw new QgtError('bad-data', {
      where: path,
      what: `one array of labels (${single}) for a model with ${outputs.length} outputs`,
      remedy: `name one per output: ${outputs.map((output, index) => `${namesText(output)} or y${index}`).join(', ')}`,
    });
  }
  return {
    inputs: foundInputs.map((name, index) => name ?? missing(path, names, slots[index]!)),
    labels: foundLabels.every((name) => name === undefined)
      ? []
      : foundLabels.map(
          (name, index) => name ?? missing(path, names, [...namesOf(outputs[index]!), `y${index}`]),
        ),
  };
}

/** The array with the labels in a file of its own. */
export function findLabels(path: string, names: readonly string[]): string {
  const [first] = names.length === 1 ? names : names.filter((name) => LABELS.includes(splitName(name).base));
  return first ?? missing(path, names, LABELS);
}

/** The names that a file of labels may have beside a file of inputs: `x_train.npz` -> `y_train.npz`. */
export function labelFileNames(fileName: string): string[] {
  const input = new RegExp(`(^|[-_.])(${INPUTS.join('|')})(?=[-_.])`, 'i');
  const found = input.exec(fileName);
  if (found === null) return [];
  const [matched, before, stem] = found;
  const label = LABELS[INPUTS.indexOf(stem!.toLowerCase())]!;
  const rest = fileName.slice(found.index + matched.length);
  return [label, label.toUpperCase()].map(
    (name) => `${fileName.slice(0, found.index)}${before}${name}${rest}`,
  );
}

function splitName(name: string): { part: string; base: string } {
  const [, before, base, after] = NAME.exec(name)!;
  return { part: (before ?? after ?? '').toLowerCase(), base: base!.toLowerCase() };
}

/** Possible array names for each input, or each output, best first. */
function aliases(specs: readonly Named[], letter: string, usual: readonly string[]): string[][] {
  return specs.map((spec, index) => {
    const [own, ...keys] = namesOf(spec).map((name) => name.toLowerCase()) as [string, ...string[]];
    const short = own.replace(/:\d+$/, '').split('/')[0]!;
    const numbered = [`${letter}${index}`, `${letter}_${index}`];
    return [...new Set([own, short, ...keys, ...numbered, ...(specs.length === 1 ? usual : [])])];
  });
}

function missing(path: string, names: readonly string[], wanted: readonly string[]): never {
  throw new QgtError('bad-data', {
    where: path,
    what: 'an array is missing',
    got: names.join(', ') || 'no arrays',
    expected: `one called ${wanted.join(', ')}`,
    remedy: 'save it with numpy.savez(file, x=..., y=...)',
  });
}

/** Ranges by input names, as `--input-range` sets them; `*` stands for the other inputs. */
export type RangeRules = Readonly<Record<string, string>>;

/** The name in `RangeRules` for the inputs without a range of their own. */
export const OTHER_INPUTS = '*';

/** Separator of rules in one text. */
const SEPARATOR = ';';

/** The ranges of all inputs in one text, in the words of `--input-range`: `0..1`, or `image=0..1;tokens=as-is` where they differ. */
export function rangeRulesText(
  ranges: readonly { readonly input: string; readonly range: string }[],
): string {
  const [first] = ranges;
  return ranges.every(({ range }) => range === first!.range)
    ? first!.range
    : ranges.map(({ input, range }) => `${input}=${range}`).join(SEPARATOR);
}

/** The rules in such a text, each as `--input-range` takes it. */
export const rulesInText = (text: string): string[] => text.split(SEPARATOR);

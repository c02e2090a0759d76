/** The range that an input of the model got, by the name that `--input-range` takes. */
export interface NamedRange {
  readonly input: string;
  readonly range: string;
}

/** `0..1`, or `image 0..1, features as-is` where there are several inputs. */
export function inputRangesText(ranges: readonly NamedRange[]): string {
  return ranges.map(({ input, range }) => (ranges.length === 1 ? range : `${input} ${range}`)).join(', ');
}

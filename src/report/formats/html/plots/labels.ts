/** Approximate width of a character in pixels: without a browser text can't be measured. */
const CHARACTER = 7;
/** Most characters of a label beside a row. */
export const LONGEST_LABEL = 22;

/** Room for the labels of rows. */
export const leftMargin = (labels: readonly string[]): number =>
  12 + CHARACTER * Math.min(LONGEST_LABEL, Math.max(0, ...labels.map((label) => [...label].length)));

/** A label and the place of its middle in a drawing, in pixels. */
interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const LINE = 14;

/** Whether each label may be written without touching one before it. */
export function freeLabels(labels: readonly PlacedLabel[]): boolean[] {
  const written: PlacedLabel[] = [];
  return labels.map((label) => {
    const touches = written.some(
      (other) =>
        Math.abs(other.y - label.y) < LINE &&
        Math.abs(other.x - label.x) < (CHARACTER * ([...other.text].length + [...label.text].length)) / 2 + 4,
    );
    if (!touches) written.push(label);
    return !touches;
  });
}

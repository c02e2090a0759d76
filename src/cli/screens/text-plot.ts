/** A mark in a plot. */
export interface PlotMark {
  readonly x: number;
  readonly y: number;
  /** One character; of two marks in one place the later one is seen. */
  readonly sign: string;
}

/** Axes and size of a plot. */
export interface PlotFrame {
  /** Columns that a line may take. */
  readonly width: number;
  readonly rows: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

/** Draws marks with their axes as lines of text; the horizontal axis is logarithmic. */
export function textPlot(marks: readonly PlotMark[], { width, rows, formatX, formatY }: PlotFrame): string {
  const x = rangeOf(marks.map((mark) => Math.log(mark.x)));
  const y = rangeOf(marks.map((mark) => mark.y));
  const [top, bottom] = [formatY(y.high), formatY(y.low)];
  const margin = Math.max(top.length, bottom.length) + 1;
  const columns = Math.max(8, width - margin - 1);
  const lines = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  for (const mark of marks) {
    const column = Math.round(shareOf(Math.log(mark.x), x) * (columns - 1));
    const row = Math.round((1 - shareOf(mark.y, y)) * (rows - 1));
    lines[row]![column] = mark.sign;
  }
  const labelled = lines.map((line, row) => {
    // All values are one: its name stands beside them.
    const [first, last] = y.high === y.low ? [rows >> 1, rows >> 1] : [0, rows - 1];
    const label = row === first ? top : row === last ? bottom : '';
    return `${label.padStart(margin - 1)} │${line.join('')}`.trimEnd();
  });
  const [left, right] = [formatX(Math.exp(x.low)), formatX(Math.exp(x.high))];
  const between = ' '.repeat(Math.max(1, columns - left.length - right.length));
  return [
    ...labelled,
    `${' '.repeat(margin)}└${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 1)}${left}${between}${right}`,
  ].join('\n');
}

interface Range {
  readonly low: number;
  readonly high: number;
}

const rangeOf = (values: readonly number[]): Range => ({
  low: Math.min(...values),
  high: Math.max(...values),
});

/** Place in a range, 0 to 1; the middle where that has no extent. */
const shareOf = (value: number, { low, high }: Range): number =>
  high === low ? 0.5 : (value - low) / (high - low);

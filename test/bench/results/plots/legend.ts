import * as Plot from '@observablehq/plot';

/** Room that a picture needs above its frame for a heading and a legend, in pixels. */
export const HEADROOM = 64;

/** The shape of a point. */
export type Shape = 'circle' | 'star' | 'square' | 'triangle' | 'diamond';

/** One entry: a sign, and what it stands for. */
export interface LegendEntry {
  readonly title: string;
  readonly colour: string;
  readonly sign: Shape | 'line' | 'dashes';
}

/** What the vertical axis shows, and what the signs stand for: two lines of text above the frame. */
export function legend(heading: string, entries: readonly LegendEntry[], marginLeft: number): Plot.Markish[] {
  const left = 16 - marginLeft;
  let right = left;
  return [
    Plot.text([heading], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      dx: left,
      dy: -HEADROOM + 8,
    }),
    ...entries.flatMap(({ title, colour, sign }) => {
      const dx = right;
      right += 32 + title.length * CHARACTER;
      return [signMark(sign, colour, dx), Plot.text([title], { ...PLACE, textAnchor: 'start', dx: dx + 20 })];
    }),
  ];
}

/** About what a character takes, in pixels: nothing measures text without a browser. */
const CHARACTER = 6.8;
const PLACE = { frameAnchor: 'top-left', lineAnchor: 'middle', dy: -26 } as const;
const STROKES = { line: '━━', dashes: '╌╌' } as const;

function signMark(sign: LegendEntry['sign'], colour: string, dx: number): Plot.Markish {
  if (sign === 'line' || sign === 'dashes')
    return Plot.text([STROKES[sign]], { ...PLACE, textAnchor: 'end', dx: dx + 16, fill: colour });
  return Plot.dot([colour], {
    frameAnchor: PLACE.frameAnchor,
    dx: dx + 8,
    dy: PLACE.dy,
    symbol: sign,
    fill: colour,
    r: 5,
  });
}

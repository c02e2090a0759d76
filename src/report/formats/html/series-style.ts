/** Colour and symbol of one of several series; the style sheet has the colour in light and dark. */
export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross';
}

const SYMBOLS: readonly SeriesStyle['symbol'][] = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'star',
  'cross',
];
const COLOURS = 8;

/** The look of the series at `index`: its shape tells it apart where its colour does not. */
export function seriesStyle(index: number): SeriesStyle {
  return {
    colour: `var(--series-${(index % COLOURS) + 1})`,
    symbol: SYMBOLS[index % SYMBOLS.length]!,
  };
}

import type { Io, OutputStream } from './io.js';

type Paint = (text: string) => string;

/** The few colours in use; each leaves the text as it is where colours are off. */
export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

const paint =
  (on: number, off: number): Paint =>
  (text) =>
    `\u001b[${on}m${text}\u001b[${off}m`;
const plain: Paint = (text) => text;

const coloured: Colours = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  yellow: paint(33, 39),
};

/** No colours at all. */
export const colourless: Colours = { bold: plain, dim: plain, red: plain, yellow: plain };

/**
 * The colours for a stream: none off a terminal, under NO_COLOR or on a dumb terminal.
 *
 * @param wanted  `--color` and `--no-color`, which override the rest.
 * @see https://no-color.org
 */
export function coloursFor(stream: OutputStream, env: Io['env'], wanted?: boolean): Colours {
  const fits = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (wanted ?? fits) ? coloured : colourless;
}

import type { Colours } from '../colours.js';

/** Appearance of a screen. */
export interface ScreenStyle {
  /** Columns that a line may take. */
  readonly width: number;
  readonly colours: Colours;
  /** Notes already shown on stderr, which are not repeated. */
  readonly told: ReadonlySet<string>;
}

import type { Colours } from '../colours.js';

/** How a screen is to look. */
export interface ScreenStyle {
  /** Columns that a line may take. */
  readonly width: number;
  readonly colours: Colours;
  /** Notes that were on this terminal already while the work went on. */
  readonly told: ReadonlySet<string>;
}

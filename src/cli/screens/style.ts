import type { Colours } from '../colours.js';

/** How a screen is to look. */
export interface ScreenStyle {
  /** Columns that a line may take. */
  readonly width: number;
  readonly colours: Colours;
  /** Notes that went to stderr while the work went on: they are not repeated. */
  readonly told: ReadonlySet<string>;
}

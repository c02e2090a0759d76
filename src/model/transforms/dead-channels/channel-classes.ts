import type { Analysis } from './analysis.js';
import { type Classes, createClasses } from './classes.js';

/** The channels of all values, numbered, in classes of those that can only go together; a kept one has its reason. */
export interface ChannelClasses extends Classes<string> {
  /** The numbers of a value's channels; none where nothing is known of it. */
  slotsOf(value: number): readonly number[];
}

/** A class for each channel of the values that are known. */
export function createChannelClasses(values: Analysis['values']): ChannelClasses {
  const slots = new Map<number, number[]>();
  let count = 0;
  for (const [value, { constants }] of values) {
    const own = Array.from(constants, () => count++);
    slots.set(value, own);
  }
  return { ...createClasses(count), slotsOf: (value) => slots.get(value) ?? [] };
}

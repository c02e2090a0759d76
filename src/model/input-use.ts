/** Conversion of values to another range: `value * scale[c] + offset[c]`, one of each or one per channel. */
export interface Rescaling {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/** First use that a model makes of one of its inputs. */
export interface InputUse {
  /** Number of different tokens, where it is looked up in a table; null: it is read as numbers. */
  readonly vocabulary: number | null;
  /** Rescaling at the start of the model; null: there is none, or not for all that reads the input. */
  readonly rescaling: Rescaling | null;
}

/** The smallest vocabulary, whose tokens all tables have; null where nothing looks them up. */
export function smallestVocabulary(sizes: readonly number[]): number | null {
  return sizes.length === 0 ? null : Math.min(...sizes);
}

/** A rescaling and another one after it. */
export function rescaleTwice(first: Rescaling, then: Rescaling): Rescaling {
  const channels = Math.max(first.scale.length, first.offset.length, then.scale.length, then.offset.length);
  const at = (values: readonly number[], channel: number): number => values[channel % values.length]!;
  const indices = Array.from({ length: channels }, (_, channel) => channel);
  return {
    scale: indices.map((c) => at(first.scale, c) * at(then.scale, c)),
    offset: indices.map((c) => at(first.offset, c) * at(then.scale, c) + at(then.offset, c)),
  };
}

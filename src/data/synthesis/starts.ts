import type { Random } from '../../core/index.js';
import { isImage } from './images.js';
import { takesLeaves } from './leaves.js';
import { drawNoise, drawOtherStill, drawStill, rangeNames } from './noise.js';
import type { NoiseRange, SyntheticInput } from './synthetic-input.js';

/** One kind of values that a batch can set out from. */
interface Start {
  readonly name: string;
  readonly draw: typeof drawNoise;
  /** Whether it is another kind than noise for that input. */
  suits(input: SyntheticInput): boolean;
}

/** Three kinds, since inputs of more variety teach more (docs/decisions/0003). */
const STARTS: readonly Start[] = [
  { name: 'noise', draw: drawNoise, suits: () => true },
  { name: 'images like photographs', draw: drawStill, suits: isImage },
  { name: 'discs that cover each other', draw: drawOtherStill, suits: takesLeaves },
];

/** Values that batches of inputs set out from. */
export interface Starts {
  /** Values for a batch: `batchSize` rows for each input. */
  draw(batch: number, batchSize: number, random: Random): Float32Array[];
  /** `noise, with values of 0..1`, for so many batches. */
  describe(batches: number): string;
}

/**
 * Starts of the batches: in turn of each kind that an input has where `isVaried`, else noise.
 *
 * @param ranges  One for each input.
 */
export function createStarts(
  inputs: readonly SyntheticInput[],
  ranges: readonly NoiseRange[],
  isVaried: boolean,
): Starts {
  const kinds = isVaried ? STARTS.filter(({ suits }) => inputs.some(suits)) : STARTS.slice(0, 1);
  return {
    draw(batch, batchSize, random) {
      const { draw } = kinds[batch % kinds.length]!;
      return inputs.map((input, index) => draw(input, batchSize, ranges[index]!, random));
    },
    describe(batches) {
      const names = kinds.slice(0, batches).map(({ name }) => name);
      return `${new Intl.ListFormat('en-GB').format(names)}, with values of ${rangeNames(ranges)}`;
    },
  };
}

import { createRandom } from '../../../../src/core/index.js';
import { type DrawInputs, joined, type Predict } from './input.js';

const SEED = 21;

/** Windows of a text that the float model writes itself, a character after the other, each as one-hot. */
export const ownText =
  (length: number, characters: number): DrawInputs =>
  async (samples, float) => {
    const random = createRandom(SEED);
    const text = Array.from({ length }, () => random.below(characters));
    // Of what it starts from nothing is kept.
    while (text.length < 2 * length + samples)
      text.push(await nextOf(text.slice(-length), characters, float, random.next()));
    const windows = Array.from({ length: samples }, (_, at) => text.slice(length + at, 2 * length + at));
    return [
      joined(
        windows.map((window) => oneHot(window, characters)),
        [length, characters],
      ),
    ];
  };

async function nextOf(
  window: readonly number[],
  characters: number,
  float: Predict,
  chance: number,
): Promise<number> {
  const [output] = await float([joined([oneHot(window, characters)], [window.length, characters])], 1);
  let left = chance;
  const next = Array.from(output!.values).findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return next < 0 ? 0 : next;
}

const oneHot = (window: readonly number[], characters: number): number[] =>
  window.flatMap((character) => Array.from({ length: characters }, (_, at) => (at === character ? 1 : 0)));

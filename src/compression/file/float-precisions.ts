import type { ShortFloatBits } from '../../core/index.js';
import type { FloatPrecisions } from './short-floats.js';

/** The precisions below that of a float32, the shortest first. */
const PRECISIONS: readonly [ShortFloatBits, ShortFloatBits] = [16, 24];
/** How often a group that shows is halved: what shows is found to an eighth of the tensors, in 15 tries at most. */
const MAX_HALVINGS = 3;

/**
 * The fewest bits for the floats of each tensor that don't show, all of them together.
 *
 * All are shortened at once; where that shows it is tried on halves, one on top of the other, and what still shows gets
 * more bits.
 *
 * @param names      Of tensors whose floats may be shortened.
 * @param disappear  Whether floats as short as that don't show.
 */
export async function choosePrecisions(
  names: readonly string[],
  disappear: (precisions: FloatPrecisions) => Promise<boolean>,
): Promise<FloatPrecisions> {
  const chosen = new Map<string, ShortFloatBits>();
  const shorten = async (group: readonly string[], bits: ShortFloatBits, halvings: number): Promise<void> => {
    if (group.length === 0) return;
    const own = group.map((name) => [name, bits] as const);
    if (await disappear(new Map([...chosen, ...own]))) {
      for (const [name] of own) chosen.set(name, bits);
    } else if (halvings < MAX_HALVINGS && group.length > 1) {
      const middle = group.length >> 1;
      await shorten(group.slice(0, middle), bits, halvings + 1);
      await shorten(group.slice(middle), bits, halvings + 1);
    }
  };
  for (const bits of PRECISIONS)
    await shorten(
      names.filter((name) => !chosen.has(name)),
      bits,
      0,
    );
  return chosen;
}

/**
 * The shortest floats for all tensors but the few that add most noise, which get more bits until the rest is bearable.
 *
 * It takes fewer bytes than `choosePrecisions`, and a try for every tensor.
 *
 * @param excessOf  The noise that floats as short as that add to the outputs.
 */
export async function lengthenWorst(
  names: readonly string[],
  excessOf: (precisions: FloatPrecisions) => Promise<number>,
  most: number,
): Promise<FloatPrecisions> {
  const [shortest, longer] = PRECISIONS;
  const chosen = new Map(names.map((name) => [name, shortest]));
  if ((await excessOf(chosen)) <= most) return chosen;
  const alone: { readonly name: string; readonly excess: number }[] = [];
  for (const name of names) alone.push({ name, excess: await excessOf(new Map([[name, shortest]])) });
  for (const { name } of alone.sort((a, b) => b.excess - a.excess)) {
    chosen.set(name, longer);
    if ((await excessOf(chosen)) <= most) break;
  }
  return chosen;
}

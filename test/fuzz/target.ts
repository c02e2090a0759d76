import type { Random } from '../../src/core/index.js';

/** A parser that is fed mutated inputs. */
export interface Target {
  readonly name: string;
  /** Its share of the inputs of a run of all targets: the fewer, the longer one takes. */
  readonly share: number;
  /** Prepares whole inputs and what else is needed, in a folder of the target's own. */
  setUp(folder: string): Promise<ReadyTarget>;
}

/** A target that can be run on any number of inputs. */
export interface ReadyTarget {
  /** One input: a whole one, mutated. The same random numbers give the same. */
  make(random: Random): Uint8Array;
  /**
   * Parses an input and uses what comes of it.
   *
   * @throws QgtError where the input is refused; any other error is a finding.
   */
  run(input: Uint8Array): Promise<void>;
}

/** One of a list. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)]!;
}

/** Inputs for one process. */
export interface Job {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  /** One behind the last. */
  readonly end: number;
  /** File in which the process keeps the input that it is at, and its own processor time when that began. */
  readonly progressFile: string;
}

/** What a process tells. */
export type Note =
  | { readonly kind: 'ready'; readonly baseBytes: number }
  | {
      readonly kind: 'done';
      readonly index: number;
      readonly refused: boolean;
      readonly seconds: number;
      /** Highest memory so far above that of the process before its first input. */
      readonly bytes: number;
      /** What is wrong; absent where nothing is. */
      readonly what?: string | undefined;
    };

/** Limits of one input: seconds of the processor, and memory above the process's own. */
export const LIMITS = { seconds: 5, bytes: 2 ** 29 };

/** Seed of one input: the same whichever process makes it. */
export function inputSeed({ target, seed }: Pick<Job, 'target' | 'seed'>, index: number): number {
  let mixed = seed >>> 0;
  for (const text of [target, String(index)])
    for (const character of text) mixed = Math.imul(mixed ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return mixed;
}

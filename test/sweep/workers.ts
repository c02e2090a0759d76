// Workers of a queue that a test starts and kills.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Claimant, start } from './claimants.js';

/** Workers of one server, each with a cache of its own that outlives it. */
export class Workers {
  readonly #url: string;
  readonly #folder: string;
  readonly #options: readonly (readonly string[])[];
  readonly #running: Claimant[] = [];

  /** @param options  Options of each worker. */
  constructor(url: string, folder: string, options: readonly (readonly string[])[]) {
    this.#url = url;
    this.#folder = folder;
    this.#options = options;
  }

  start(): void {
    for (const index of this.#options.keys()) this.startOne(index);
  }

  startOne(index: number): void {
    const cache = join(this.#folder, `cache-${index}`);
    this.#running[index] = start(['worker', this.#url, '--cache', cache, ...this.#options[index]!]);
  }

  /** Kills one, or asks it to end. @returns Its exit code. */
  async end(index: number, signal: NodeJS.Signals): Promise<number | null> {
    const { child, end } = this.#running[index]!;
    child.kill(signal);
    return (await end).code;
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#running.map((_, index) => this.end(index, 'SIGKILL')));
  }

  /** What one has said by now, line by line. */
  lines(index: number): string[] {
    return this.#running[index]!.said().trim().split('\n');
  }

  /** Name of the trial that a worker has begun and not ended; null: none. */
  trialOf(index: number): string | null {
    const told = this.lines(index).filter((line) => /^bits=.*: /.test(line));
    return /^(.*): begins$/.exec(told.at(-1) ?? '')?.[1] ?? null;
  }
}

/** Waits for a state that comes in time. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  for (const from = performance.now(); !(await isSo()); await setTimeout(50))
    if (performance.now() - from > withinMs) throw new Error(`waited in vain: ${what}`);
}

/** Items between two looks at the clock: some microseconds of work, a millisecond or two before it is compiled. */
const SLICE = 1024;
/** How long work may keep the event loop from anything else. */
const BUDGET_MS = 8;

/** When the loop is to be let go again. */
let due = 0;

/**
 * Does work on `count` items, a slice after the other, and lets the event loop go on in between: a page that unpacks a
 * large model still scrolls, and a server answers.
 *
 * @param work  Gets where a slice starts and where it ends.
 */
export async function inSlices(count: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += SLICE) {
    work(from, Math.min(count, from + SLICE));
    if (performance.now() > due) {
      await letGo();
      due = performance.now() + BUDGET_MS;
    }
  }
}

/** Comes back by a message, since browsers delay timers, those of hidden pages by a second and more. */
async function letGo(): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });
}

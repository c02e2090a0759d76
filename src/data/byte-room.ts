/** Memory that several pieces of work share. */
export interface ByteRoom {
  /** Does the work once the bytes that it needs are free; work that needs more than there is is done alone. */
  take<Result>(bytes: number, work: () => Promise<Result>): Promise<Result>;
}

/** @param size  Bytes that may be in use at once. */
export function createByteRoom(size: number): ByteRoom {
  const waiting: { readonly bytes: number; readonly start: () => void }[] = [];
  let free = size;
  const startWaiting = () => {
    while (waiting.length > 0 && waiting[0]!.bytes <= free) {
      const { bytes, start } = waiting.shift()!;
      free -= bytes;
      start();
    }
  };
  return {
    async take(wanted, work) {
      const bytes = Math.min(wanted, size);
      await new Promise<void>((start) => {
        waiting.push({ bytes, start });
        startWaiting();
      });
      try {
        return await work();
      } finally {
        free += bytes;
        startWaiting();
      }
    },
  };
}

/**
 * Works on several items at a time and gives the results in the order of the items.
 *
 * @param limit  How many are worked on at once.
 * @param work   Must not reject: a result may wait while earlier ones are handled.
 */
export async function* mapConcurrently<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for (const item of items) {
    pending.push(work(item));
    if (pending.length === limit) yield await pending.shift()!;
  }
  for (const result of pending) yield await result;
}

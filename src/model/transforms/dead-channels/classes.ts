/** Elements that fall into classes; a class is kept as soon as one of its elements is. */
export interface Classes<Reason> {
  /** Puts the classes of two elements together. */
  tie(one: number, other: number): void;
  keep(element: number, reason: Reason): void;
  /** The element that stands for a class, until it is tied again. */
  classOf(element: number): number;
  /** Why its class is kept, by the first reason given; undefined: it isn't. */
  reasonFor(element: number): Reason | undefined;
}

/** A class for each of so many elements, none of them kept: a disjoint-set forest. */
export function createClasses<Reason>(count: number): Classes<Reason> {
  const parents = Int32Array.from({ length: count }, (_, element) => element);
  const kept = new Map<number, Reason>();
  const rootOf = (element: number): number => {
    let root = element;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]!]!; // halves the way for the next one
      root = parents[root]!;
    }
    return root;
  };
  const keep = (element: number, reason: Reason): void => {
    const root = rootOf(element);
    if (!kept.has(root)) kept.set(root, reason);
  };
  return {
    tie: (one, other) => {
      const [root, under] = [rootOf(one), rootOf(other)];
      parents[under] = root;
      const reason = kept.get(under);
      if (reason !== undefined) keep(root, reason);
    },
    keep,
    classOf: rootOf,
    reasonFor: (element) => kept.get(rootOf(element)),
  };
}

/** Elements that fall into classes; a class is kept as soon as one of its elements is. */
export interface Classes {
  /** Puts the classes of two elements together. */
  tie(one: number, other: number): void;
  keep(element: number): void;
  isKept(element: number): boolean;
}

/** Makes a class for each of `count` elements, none of them kept: a disjoint-set forest. */
export function createClasses(count: number): Classes {
  const parents = Int32Array.from({ length: count }, (_, element) => element);
  const kept = new Uint8Array(count);
  const rootOf = (element: number): number => {
    let root = element;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]!]!; // halves the way for the next one
      root = parents[root]!;
    }
    return root;
  };
  return {
    tie: (one, other) => {
      const [root, under] = [rootOf(one), rootOf(other)];
      parents[under] = root;
      kept[root]! |= kept[under]!;
    },
    keep: (element) => {
      kept[rootOf(element)] = 1;
    },
    isKept: (element) => kept[rootOf(element)] === 1,
  };
}

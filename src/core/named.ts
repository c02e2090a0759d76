/** An input or an output of a model, or what stands for one. */
export interface Named {
  readonly name: string;
  /** Another name: the key that a graph's signature has for it; left out: there is none. */
  readonly key?: string | undefined;
}

/** The names by which it may be called, its own first. */
export const namesOf = ({ name, key }: Named): string[] => (key === undefined ? [name] : [name, key]);

/** `StatefulPartitionedCall:0 or scores`. */
export const namesText = (named: Named): string => namesOf(named).join(' or ');

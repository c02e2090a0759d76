/** A tensor in a topology: the layer that makes it, the call of that layer, the output of that call. */
export type NodeReference = [layer: string, node: number, tensor: number];

/** Whether a value of a topology points at a tensor. */
export function isReference(value: unknown): value is NodeReference {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number'
  );
}

/** The references in a list, an object or a single one, in the order in which Keras flattens them. */
export function referencesIn(value: unknown): NodeReference[] {
  if (isReference(value)) return [[value[0], value[1], value[2]]];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value)
    .sort()
    .flatMap((key) => referencesIn(Reflect.get(value, key)));
}

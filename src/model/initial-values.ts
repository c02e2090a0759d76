const RANDOM = /^(glorot|he|lecun|random|truncated|variance|orthogonal)/i;

/**
 * Copies a topology with zeros for random initial values, since every weight will be loaded anyway.
 *
 * tfjs does so itself for the outermost layers only; drawing the others takes long, an orthogonal matrix above all,
 * and never ends for options that are not numbers.
 */
export function withoutRandomValues(topology: unknown, key = ''): unknown {
  if (key.endsWith('_initializer') && RANDOM.test(initializerName(topology))) {
    return { class_name: 'Zeros', config: {} };
  }
  if (Array.isArray(topology)) return topology.map((each) => withoutRandomValues(each));
  if (typeof topology !== 'object' || topology === null) return topology;
  return Object.fromEntries(
    Object.entries(topology).map(([each, value]) => [each, withoutRandomValues(value, each)]),
  );
}

function initializerName(value: unknown): string {
  if (typeof value === 'string') return value;
  const name: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'class_name') : undefined;
  return typeof name === 'string' ? name : '';
}

import type { Binding, OpAttribute } from '../backend.js';
import type { GraphAttribute } from './graph.js';

/** An eager op's attributes as those of a node. */
export function attributesOf(
  binding: Binding,
  attributes: readonly OpAttribute[],
): Record<string, GraphAttribute> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeOf(binding, attribute)]));
}

function attributeOf(binding: Binding, { name, type, value }: OpAttribute): GraphAttribute {
  switch (type) {
    case binding.TF_ATTR_STRING:
      return Array.isArray(value)
        ? { kind: 'list', value: { kind: 'strings', values: value.map(String) } }
        : { kind: 'string', value: String(value) };
    case binding.TF_ATTR_INT:
      return numbers('int', 'ints', value);
    case binding.TF_ATTR_FLOAT:
      return numbers('float', 'floats', value);
    case binding.TF_ATTR_TYPE:
      return numbers('type', 'types', value);
    case binding.TF_ATTR_BOOL:
      return Array.isArray(value)
        ? { kind: 'list', value: { kind: 'bools', values: value.map(Boolean) } }
        : { kind: 'bool', value: Boolean(value) };
    case binding.TF_ATTR_SHAPE:
      return { kind: 'shape', value: value as number[] };
    default:
      throw new Error(`attribute ${name} is of a kind that is not recorded (${type})`);
  }
}

function numbers(
  one: 'int' | 'float' | 'type',
  several: 'ints' | 'floats' | 'types',
  value: unknown,
): GraphAttribute {
  return Array.isArray(value)
    ? { kind: 'list', value: { kind: several, values: value.map(Number) } }
    : { kind: one, value: Number(value) };
}

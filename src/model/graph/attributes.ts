import type { GraphNode } from './graph-def.js';

type Attributes = GraphNode['attr'];

/** An attribute that is text, in lower case as stock tfjs compares it; null where there is none. */
export function textAttribute(attr: Attributes, name: string): string | null {
  return decoded(part(attr?.[name], 's'));
}

/** An attribute that is a list of texts, in lower case; none where there is none. */
export function textsAttribute(attr: Attributes, name: string): string[] {
  const listed = part(part(attr?.[name], 'list'), 's');
  return Array.isArray(listed) ? listed.flatMap((each: unknown) => decoded(each) ?? []) : [];
}

/** An attribute that is a number; null where there is none. */
export function numberAttribute(attr: Attributes, name: string): number | null {
  const value = part(attr?.[name], 'f') ?? part(attr?.[name], 'i');
  return value === undefined ? null : Number(value);
}

/** Whether an attribute is set. */
export function isSet(attr: Attributes, name: string): boolean {
  return part(attr?.[name], 'b') === true;
}

function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Text in base64, or as a list of codes. */
function decoded(value: unknown): string | null {
  if (Array.isArray(value)) return String.fromCharCode(...value.map(Number)).toLowerCase();
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1').toLowerCase() : null;
}

import { closestMatch } from 'leven';

/** The nearest of the names, where one is near enough to have been meant. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.max(2, Math.floor(typed.length / 3));
  const found = closestMatch(typed.toLowerCase(), names, { maxDistance });
  // Two letters may be turned into any other two.
  return found === undefined || Math.min(found.length, typed.length) <= 2 ? undefined : found;
}

/** `did you mean NAME?`, or where to look where no name is near. */
export function remedyFor(typed: string, names: readonly string[], elsewhere: string): string {
  const found = nearest(typed, names);
  return found === undefined ? elsewhere : `did you mean ${found}?`;
}

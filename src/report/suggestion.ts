import { closestMatch } from 'leven';

/** Finds the nearest name, where one is near enough to be what the user meant. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.max(2, Math.floor(typed.length / 3));
  const found = closestMatch(typed.toLowerCase(), names, { maxDistance });
  // Any two letters are within distance 2 of any other two.
  return found === undefined || Math.min(found.length, typed.length) <= 2 ? undefined : found;
}

/** Suggests `did you mean NAME?`, or `elsewhere` where no name is near. */
export function remedyFor(typed: string, names: readonly string[], elsewhere: string): string {
  const found = nearest(typed, names);
  return found === undefined ? elsewhere : `did you mean ${found}?`;
}

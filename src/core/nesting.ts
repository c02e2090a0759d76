/** Levels of objects and lists that anything read from a file may have; a model nested in models takes four each. */
export const MAX_NESTING = 256;

/** Whether a value has more levels of objects and lists than `levels`: what walks it would run out of stack. */
export function isNestedDeeper(value: unknown, levels = MAX_NESTING): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((each) => isNestedDeeper(each, levels - 1)))
  );
}

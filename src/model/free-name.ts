/** The name that is wanted, or the first of it with a number that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 1; isTaken(name); count++) name = `${wanted}_${count}`;
  return name;
}

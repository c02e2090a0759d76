/** Whether every object has this key: tfjs, which keeps layers and nodes in plain objects, would take it for one of them. */
export function isReserved(name: string): boolean {
  return name in Object.prototype;
}

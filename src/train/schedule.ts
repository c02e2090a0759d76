/** From 0 to 1 on half a cosine: flat at both ends. `t` in [0, 1]. */
export function rise(t: number): number {
  return (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, t)))) / 2;
}

/** From 1 to 0 on half a cosine. `t` in [0, 1]. */
export function fall(t: number): number {
  return 1 - rise(t);
}

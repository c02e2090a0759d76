/** Size of a plot of curves, and the room around them for the axes. */
export const FRAME = { width: 420, height: 280 } as const;
export const MARGINS = { marginLeft: 52, marginRight: 20, marginTop: 20, marginBottom: 40 } as const;

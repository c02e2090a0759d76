/** Three levels: a weight of log2(3) bits. */
export const TERNARY_BITS = 1.58;

/** The widths of `2 ** bits` levels. */
export const WHOLE_BITS = [2, 3, 4, 5, 6, 7, 8] as const;

/** Every width that a quantized weight can have, in bits, ascending. */
export const BIT_WIDTHS = [TERNARY_BITS, ...WHOLE_BITS] as const;

/** The width of a quantized weight. */
export type Bits = (typeof BIT_WIDTHS)[number];

/** The largest width. */
export const MAX_BITS: Bits = 8;

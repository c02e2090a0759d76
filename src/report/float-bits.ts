/** The width of what stays in float32, as the report counts it. */
export const FLOAT_BITS = 32;

/** The id of a layer's row in the table, by its place in the report. */
export const rowId = (index: number): string => `layer-${index + 1}`;

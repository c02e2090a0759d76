export { type ClassColumn, createClassColumn } from './class-column.js';
export { type ColumnGroup, type TableColumns, tableColumns } from './columns.js';
export { cellNumber, readTable, type TableLine } from './table.js';

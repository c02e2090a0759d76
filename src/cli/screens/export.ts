import type { ExportResult } from '../../pipeline/results.js';
import { formatBytes } from '../../report/index.js';
import { factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';

/** Renders the screen of `export`. */
export function exportScreen({ files, output, bytes, notes }: ExportResult, style: ScreenStyle): string {
  return joinParts(
    factList(
      [
        { name: 'written', value: files.join(', ') },
        { name: 'folder', value: output },
        { name: 'size', value: formatBytes(bytes), paint: style.colours.bold },
      ],
      style,
    ),
    noteList(notes, style),
  );
}

import type { Exporter } from './exporter.js';
import { tfjs } from './tfjs/tfjs.js';

/** Every target of `qgt export --to`, in the order of the help. */
export const exporters: readonly Exporter[] = [tfjs];
export type { ExportedFile, Exporter, ExportOptions } from './exporter.js';

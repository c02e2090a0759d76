import type { SweepFormat } from '../sweep-format.js';
import { csv } from './csv.js';
import { html } from './html.js';
import { json } from './json.js';

/** Every format that `qgt sweep --format` takes beside the table, in the order of the help. */
export const sweepFormats: readonly SweepFormat[] = [json, csv, html];

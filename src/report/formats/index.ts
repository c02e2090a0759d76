import type { ReportFormat } from '../format.js';
import { csv } from './csv.js';
import { html } from './html.js';
import { json } from './json.js';
import { markdown } from './markdown.js';

/** Every format that `--report` takes, in the order of the help. */
export const reportFormats: readonly ReportFormat[] = [json, csv, markdown, html];

export { csv, html, json, markdown };

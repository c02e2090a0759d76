import type { DifferenceFormat } from '../difference-format.js';
import { html } from './html.js';
import { json } from './json.js';
import { markdown } from './markdown.js';

/** Every format that `qgt diff --format` takes beside the table, in the order of the help. */
export const differenceFormats: readonly DifferenceFormat[] = [json, markdown, html];

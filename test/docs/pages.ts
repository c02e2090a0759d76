import { reportJsonSchema } from '../../src/report/index.js';
import { renderApiPage } from './api-page.js';
import { renderCliPage } from './cli-page.js';
import { renderModelsPage } from './models-page.js';
import { renderQuantizersPage } from './quantizers-page.js';

/** A page of docs, or a part of one, that is written from the code. */
export interface GeneratedPage {
  /** In the checkout. */
  readonly path: string;
  /** The page as it should be. */
  render(current: string): string;
}

/** Every page that `npm run docs` writes. */
export const pages: readonly GeneratedPage[] = [
  { path: 'docs/api.md', render: renderApiPage },
  { path: 'docs/cli.md', render: renderCliPage },
  { path: 'docs/models.md', render: renderModelsPage },
  { path: 'docs/quantizers.md', render: renderQuantizersPage },
  { path: 'docs/report.schema.json', render: () => `${JSON.stringify(reportJsonSchema(), null, 2)}\n` },
];

/** Where a path of the checkout is. */
export const urlOf = (path: string): URL => new URL(`../../${path}`, import.meta.url);

import { loadOptional, type OptionalLibraries } from '../core/index.js';

const LIBRARIES: OptionalLibraries = {
  packages: ['@observablehq/plot', 'linkedom', '@dagrejs/dagre'],
  where: 'pages with plots (html)',
};

/** Loads a page, whose plots bring D3 along. @throws QgtError `not-installed` without the libraries that draw it. */
export const loadPage = <Page>(load: () => Promise<Page>): Promise<Page> => loadOptional(LIBRARIES, load);

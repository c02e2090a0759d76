import { metricTitle } from '../../metric-scale.js';

/** A metric's title on the page: `R²`. */
export const metricOnPage = (name: string): string => (name === 'r2' ? 'R²' : metricTitle(name));

/** The same at the beginning of a heading. */
export function metricHeading(name: string): string {
  const text = metricOnPage(name);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

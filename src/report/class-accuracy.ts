import { countText } from '../core/index.js';
import { dropPoints } from './drop.js';
import { formatShare } from './figures.js';
import type { MetricReport } from './report.js';

/** A class whose accuracy fell, in points (hundredths). */
export interface FallenClass {
  readonly name: string;
  readonly samples: number;
  readonly before: number;
  readonly after: number;
  readonly drop: number;
}

/** The classes whose accuracy fell, the one that lost most first. */
export function fallenClasses({ classes }: Pick<MetricReport, 'classes'>): FallenClass[] {
  return (classes ?? [])
    .flatMap(({ name, samples, before, after }) =>
      before === null || after === null
        ? []
        : [{ name, samples, before, after, drop: dropPoints(before, after) }],
    )
    .filter(({ drop }) => drop > 0)
    .toSorted((a, b) => b.drop - a.drop);
}

/** `dog 97.2 % → 91.0 % (180 samples)` */
export const classText = ({ name, samples, before, after }: FallenClass): string =>
  `${name} ${formatShare(before)} → ${formatShare(after)} (${countText(samples, 'sample')})`;

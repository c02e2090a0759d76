import type { AllocationReport } from './report.js';

/** A choice of widths among others. */
export interface FrontRow {
  readonly bytes: number;
  readonly ratio: number;
  readonly predictedCost: number;
  /** Points lost where these decide and it was trained in full. */
  readonly drop: number | null;
  readonly chosen: boolean;
}

/** Rows on each side of the chosen one. */
const NEIGHBOURS = 3;

/** The choice that was made, with its neighbours: choices on the front and others that were trained. */
export function frontAround({ goal, front, candidates, chosen }: AllocationReport): FrontRow[] {
  const trained = new Map(
    candidates.filter(({ kind }) => kind === 'full').map((each) => [keyOf(each), each]),
  );
  const untried = front.filter((point) => !trained.has(keyOf(point)));
  const rows = [
    ...untried.map((point) => ({ ...point, drop: null, chosen: false })),
    ...[...trained].map(([key, each]) => ({
      ...each,
      drop: goal.option === 'max-drop' ? each.drop : null,
      chosen: key === keyOf(chosen),
    })),
  ]
    .sort((a, b) => a.bytes - b.bytes)
    .map(({ bytes, ratio, predictedCost, drop, chosen }) => ({ bytes, ratio, predictedCost, drop, chosen }));
  const at = rows.findIndex((row) => row.chosen);
  return rows.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1);
}

const keyOf = ({ bits }: { readonly bits: Readonly<Record<string, number>> }): string =>
  Object.values(bits).join();

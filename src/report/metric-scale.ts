import { z } from 'zod';

export const metricScaleSchema = z.object({
  better: z.enum(['higher', 'lower']),
  point: z.number().describe('The difference that is a point'),
});

/** Which way a metric improves, and the difference that is a point of it. */
export type MetricScale = z.infer<typeof metricScaleSchema>;

/** The scale of metrics that are shares of 1, and of R2: points are hundredths. */
export const USUAL_SCALE: MetricScale = { better: 'higher', point: 0.01 };

/** The change of a metric's value that a point of gain is. */
export function gainOfPoint(scale?: MetricScale | null): number {
  const { better, point } = scale ?? USUAL_SCALE;
  return better === 'higher' ? point : -point;
}

/** Titles of metrics that are shares of 1: told in percent, their drops in percentage points. */
const SHARES: Readonly<Record<string, string>> = {
  accuracy: 'accuracy',
  agreement: 'agreement',
  f1: 'F1',
  auc: 'AUC',
  'top-5': 'top-5 accuracy',
  iou: 'IoU',
};

/** Whether a metric is a share of 1. */
export const isShare = (name: string): boolean => Object.hasOwn(SHARES, name);

/** A metric as a reader knows it: `R2`. */
export const metricTitle = (name: string): string =>
  name === 'r2' ? 'R2' : name === 'mae' ? 'mean absolute error' : isShare(name) ? SHARES[name]! : name;

/** Unit of a metric's drop: percentage points of a share, hundredths of R2, percent of the float model's value. */
export function dropUnit(name: string): string {
  if (isShare(name)) return `points of ${metricTitle(name)}`;
  return name === 'r2' ? 'hundredths of R2' : `% of the float model's ${metricTitle(name)}`;
}

import { meanAbsoluteError } from './absolute-error.js';
import { auc } from './area-under-curve.js';
import { f1, iou } from './class-overlap.js';
import type { BuiltInMetric } from './metric.js';
import { topFive } from './top-five.js';

/** Every metric that has a name; a module brings any other one. */
export const builtInMetrics: readonly BuiltInMetric[] = [f1, auc, topFive, meanAbsoluteError, iou];

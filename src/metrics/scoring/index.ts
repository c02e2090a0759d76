export { builtInMetrics } from './built-in.js';
export { ChosenScore } from './chosen-score.js';
export type { Metric } from './metric.js';
export { isMetricModule, metricOfModule } from './module-metric.js';

export { type Answer, type AnswerSummary, answerOf, isSaturated } from './answer-counts.js';
export { leastBeyondLuck } from './chance.js';
export { assignClasses } from './class-assignment.js';
export type { ClassScore } from './class-counts.js';
export { ColumnMoments } from './column-moments.js';
export { decibelsOf } from './decibels.js';
export { decidedClasses } from './decisions.js';
export { hasOwnUnits } from './explained.js';
export { probabilitiesOf } from './forms.js';
export { logitOf, type OpenHead, withHeads } from './heads.js';
export { type LossName, lossNames } from './loss-names.js';
export {
  type Measured,
  type Measurement,
  measure,
  type Predict,
  type RowMasks,
  readMasks,
  takeOutputs,
} from './measure.js';
export { MetricAccumulator, type ModelMeasurement, type OutputValues } from './metric-accumulator.js';
export type { OutputMeasurement } from './output-accumulator.js';
export {
  type HeadKind,
  headsOnCopy,
  type OutputHead,
  type OutputSource,
  settleHead,
  type TargetKind,
  widthOf,
} from './output-head.js';
export { OutputSizes } from './output-sizes.js';
export { marginOf } from './paired-error.js';
export { chosenDrop, labelledScore, metricValue, scoreName, worstOutput } from './score.js';
export { builtInMetrics, isMetricModule, type Metric, metricOfModule } from './scoring/index.js';
export { type Batch, inputTensors, targetArrays, targetTensors } from './targets.js';

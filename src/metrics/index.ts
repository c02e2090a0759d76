export { type HeadKind, headKind, logitOf, type OutputHead, withHeads } from './heads.js';
export { type Measurement, measure, type Predict, readAnswers, readingsFor } from './measure.js';
export { type OutputReading, targetArrays } from './meter.js';
export { type Answer, MetricAccumulator } from './metric-accumulator.js';
export { type Batch, inputTensors, targetTensors } from './targets.js';

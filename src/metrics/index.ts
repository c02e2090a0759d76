export { type HeadKind, headKind, logitOf, type OutputHead, withHeads } from './heads.js';
export { type Measurement, measure, type Predict, readingsFor, readOutputs } from './measure.js';
export { type OutputReading, targetArrays } from './meter.js';
export { MetricAccumulator, type OutputValues } from './metric-accumulator.js';
export { type Batch, inputTensors, targetTensors } from './targets.js';

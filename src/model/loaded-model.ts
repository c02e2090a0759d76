import type { NamedTensor } from '../core/index.js';
import type { InputDivision } from './divided-inputs.js';

/** Formats that a model is read from. */
export type ModelFormat = 'tfjs-layers' | 'tfjs-graph' | 'keras' | 'keras-h5' | 'qgt';

/** A model as it came from disk: validated, decoded, and its topology made loadable by stock tfjs. */
export interface LoadedModel {
  /** Kind of the model, which decides the tfjs class that loads it. */
  readonly kind: 'layers' | 'graph';
  readonly format: ModelFormat;
  /** Path that it was read from, for messages and the report. */
  readonly source: string;
  /** Bytes of model.json and all its shards: the `bytesBefore` of a ratio. */
  readonly bytes: number;
  /** Part of these that is the topology: model.json, JSON of a Keras file, or header and metadata of a `.qgt`. */
  readonly topologyBytes: number;
  /** Program that wrote it, according to the file (`keras 3.15.1`, `tfjs-layers 4.22.0`, `tfjs converter`). */
  readonly writtenBy: string;
  /** `modelTopology` as stock tfjs takes it. */
  readonly topology: Readonly<Record<string, unknown>>;
  /** Further keys of model.json that tfjs hands on: signature, userDefinedMetadata, modelInitializer. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** In the order of the manifest, float16/uint8/uint16 already widened to float32. */
  readonly weights: readonly NamedTensor[];
  /** Bytes of each weight in its file, before widening; a weight that was renamed or taken apart is missing. */
  readonly storedBytes: ReadonlyMap<string, number>;
  /** Changes that made it loadable, one line each. */
  readonly notes: readonly string[];
  /** How its images and volumes are made smaller while it is run; absent: they are whole. */
  readonly inputDivision?: InputDivision;
}

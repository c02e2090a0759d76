import { type NamedTensor, QgtError } from '../../core/index.js';
import { type LayerEntry, nameOf } from './layer-entry.js';

/** The Keras version that wrote a topology: the same name can mean different things. */
export type Dialect = 'keras2' | 'keras3';

/** State that the passes over a topology share. */
export interface Context {
  readonly source: string;
  readonly dialect: Dialect;
  /** The weights under the names that they have so far. */
  weights: readonly NamedTensor[];
  /** Changes to tell the user about; equal lines are kept once. */
  readonly notes: Set<string>;
}

/** One rewriting of a topology, in place. */
export type Pass = (root: LayerEntry, context: Context) => void;

/** Advice for layers that tfjs-layers lacks: the tensorflowjs_converter command that avoids them. */
export const CONVERT_AS_GRAPH =
  'convert the model as a graph model instead: tensorflowjs_converter --input_format=keras_saved_model --output_format=tfjs_graph_model';

/** The error for a layer that tfjs cannot compute as it was trained. */
export function unsupported(
  entry: LayerEntry,
  { source }: Pick<Context, 'source'>,
  what: string,
  remedy = CONVERT_AS_GRAPH,
): QgtError {
  return new QgtError('unsupported-layer', {
    where: `${source}: layer ${nameOf(entry)} (${entry.class_name})`,
    what,
    remedy,
  });
}

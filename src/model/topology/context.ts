import { type NamedTensor, QgtError } from '../../core/index.js';
import { type LayerEntry, nameOf } from './layer-entry.js';

/** Which program wrote a topology: they differ in what the same name means. */
export type Dialect = 'keras2' | 'keras3';

/** What the passes over a topology share. */
export interface Context {
  readonly source: string;
  readonly dialect: Dialect;
  /** The weights under the names that they have so far. */
  weights: readonly NamedTensor[];
  /** What was changed, for the user; the same line twice counts once. */
  readonly notes: Set<string>;
}

/** One rewriting of a topology, in place. */
export type Pass = (root: LayerEntry, context: Context) => void;

/** How tensorflowjs_converter gets around the layers that tfjs-layers lacks. */
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

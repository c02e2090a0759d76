import { type LayerEntry, parseEntry } from './layer-entry.js';

/**
 * The model in a `modelTopology`, as layer entries that can be changed.
 *
 * @throws QgtError `bad-model` as `parseEntry`.
 */
export function rootOf(topology: Readonly<Record<string, unknown>>, source: string): LayerEntry {
  return parseEntry(topology.model_config ?? topology, `${source}: modelTopology`);
}

/** A `modelTopology` with another model in it. */
export function withRoot(
  topology: Readonly<Record<string, unknown>>,
  root: LayerEntry,
): Record<string, unknown> {
  const { model_config: _, class_name: __, config: ___, ...rest } = topology;
  // tfjs stumbles over keys whose value is undefined, which JSON has not.
  return { ...rest, model_config: JSON.parse(JSON.stringify(root)) };
}

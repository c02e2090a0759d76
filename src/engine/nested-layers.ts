import type { layers } from './tf.js';

type Layer = layers.Layer;

/** Every layer of a model, those of nested models and inside wrappers included, each once. */
export function nestedLayers(model: Layer): Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer) => {
    if (found.has(layer)) return;
    found.add(layer);
    // Models hold `layers`, wrappers `layer`, Bidirectional its two directions.
    const inner = layer as Partial<Record<'layer' | 'forwardLayer' | 'backwardLayer', Layer>> & {
      readonly layers?: readonly Layer[];
    };
    for (const next of [...(inner.layers ?? []), inner.layer, inner.forwardLayer, inner.backwardLayer]) {
      if (next !== undefined) visit(next);
    }
  };
  visit(model);
  found.delete(model);
  return [...found];
}

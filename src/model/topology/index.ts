import { type NamedTensor, QgtError } from '../../core/index.js';
import { adaptActivations } from './activations.js';
import { writeCausalConvolutions } from './causal-convolution.js';
import { checkLayers } from './check-layers.js';
import { adaptClassNames } from './class-names.js';
import type { Context, Dialect, Pass } from './context.js';
import { restoreDepthMultipliers } from './depth-multiplier.js';
import { flattenEndpoints } from './endpoints.js';
import { adaptInboundNodes } from './inbound-nodes.js';
import { adaptInputs } from './inputs.js';
import { keepPooledDimensions } from './keep-dimensions.js';
import type { LayerEntry } from './layer-entry.js';
import { adaptLayerOptions } from './layer-options.js';
import { foldNormalization } from './normalization.js';
import { adaptRecurrent, notesOnResetAfter } from './recurrent.js';
import { replaceMissingLayers } from './replaced-layers.js';
import { rootOf, withRoot } from './root.js';
import { nameWeights } from './weight-names.js';

/** The passes in order: the inputs first, then classes and options, then added or removed layers. */
const PASSES: readonly Pass[] = [
  adaptInputs,
  adaptInboundNodes,
  flattenEndpoints,
  (root, { source }) => checkLayers(root, source),
  adaptActivations,
  adaptClassNames,
  adaptRecurrent,
  replaceMissingLayers,
  adaptLayerOptions,
  foldNormalization,
  keepPooledDimensions,
  nameWeights,
  writeCausalConvolutions,
];

/** A topology and weights that stock tfjs loads, and what was changed for that. */
interface Adapted {
  readonly topology: Record<string, unknown>;
  readonly weights: readonly NamedTensor[];
  readonly notes: readonly string[];
}

/**
 * Makes a layers topology loadable by stock tfjs-layers, and names the weights as strict loading wants them.
 *
 * @param topology  `modelTopology` as it was saved.
 * @param weights   All weights of the manifest.
 * @returns both, changed copies, and what was changed.
 * @throws QgtError `bad-model` where it is malformed, `unsupported-layer` where tfjs would compute something else.
 */
export function adaptTopology(
  topology: Readonly<Record<string, unknown>>,
  weights: readonly NamedTensor[],
  source: string,
): Adapted {
  const root = rootOf(topology, source);
  const config = topology.model_config ?? topology;
  const dialect = dialectOf(topology.keras_version, JSON.stringify(config), source);
  // A topology that tfjs wrote needs no change, and a custom layer in it may have a name that Keras uses.
  if (dialect === 'tfjs') {
    checkLayers(root, source);
    return repairTfjs(topology, root, weights, source);
  }
  const context: Context = { source, dialect, weights, notes: new Set() };
  for (const pass of PASSES) pass(root, context);
  checkLayers(root, source);
  const notes = [...context.notes, ...notesOnResetAfter(root)];
  return { topology: withRoot(topology, root), weights: context.weights, notes };
}

function repairTfjs(
  topology: Readonly<Record<string, unknown>>,
  root: LayerEntry,
  weights: readonly NamedTensor[],
  source: string,
): Adapted {
  const notes = new Set<string>();
  const restored = restoreDepthMultipliers(root, weights);
  if (restored.length > 0)
    notes.add(
      `${restored.join(', ')}: the depth multiplier, which tfjs does not save, was read off the kernel`,
    );
  writeCausalConvolutions(root, { source, weights, notes });
  const repaired = notes.size === 0 ? structuredClone(topology) : withRoot(topology, root);
  return { topology: repaired, weights, notes: [...notes, ...notesOnResetAfter(root)] };
}

function dialectOf(version: unknown, text: string, source: string): Dialect | 'tfjs' {
  const known = typeof version === 'string' ? version : '';
  if (known.startsWith('tfjs')) return 'tfjs';
  if (/^[01]\./.test(known)) {
    throw new QgtError('bad-model', {
      where: source,
      what: 'the topology is of Keras 1, which tfjs never read',
      got: known,
      expected: 'Keras 2 or 3',
      remedy: 'load the model with Keras 2, save it again and convert that',
    });
  }
  if (/^\d/.test(known)) return Number.parseInt(known, 10) >= 3 ? 'keras3' : 'keras2';
  return text.includes('__keras_tensor__') || text.includes('"batch_shape"') ? 'keras3' : 'keras2';
}

import { z } from 'zod';
import { QgtError } from '../../core/index.js';
import { parseManifest, type WeightGroup } from './manifest.js';

/** A model.json whose outermost keys are known to be sound. */
export interface ModelJson {
  readonly kind: 'layers' | 'graph';
  readonly topology: Readonly<Record<string, unknown>>;
  readonly groups: readonly WeightGroup[];
  readonly writtenBy: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const text = z.string().nullish();

const modelJsonSchema = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  generatedBy: text,
  convertedBy: text,
});

/** Keys that `tf.io` hands on from model.json to the model besides topology and weights. */
const METADATA_KEYS = [
  'signature',
  'userDefinedMetadata',
  'modelInitializer',
  'initializerSignature',
] as const;

/**
 * Reads what a model.json says of itself. The kind is told by the topology, as early files have no `format`.
 *
 * @param value  The parsed JSON.
 * @param where  The file, for messages.
 * @throws QgtError `bad-model` for a bare weights manifest, a topology without weights and anything else.
 */
export function parseModelJson(value: unknown, where: string): ModelJson {
  refuseParts(value, where);
  const parsed = modelJsonSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new QgtError('bad-model', {
      where: `${where}: ${issue.path.join('.') || 'model'}`,
      what: issue.message,
      remedy: 'give the model.json that tfjs or tensorflowjs_converter wrote',
    });
  }
  const { modelTopology: topology, generatedBy, convertedBy, ...rest } = parsed.data;
  const kind = kindOf(topology, where);
  return {
    kind,
    topology,
    groups: parseManifest(rest.weightsManifest, where),
    writtenBy: writerOf(kind, topology, generatedBy ?? convertedBy, convertedBy),
    metadata: Object.fromEntries(
      METADATA_KEYS.filter((key) => rest[key] !== undefined && rest[key] !== null).map((key) => [
        key,
        rest[key],
      ]),
    ),
  };
}

function refuseParts(value: unknown, where: string): void {
  const refuse = (what: string, remedy: string): never => {
    throw new QgtError('bad-model', { where, what, remedy });
  };
  if (Array.isArray(value)) {
    const manifest = value.some((group) => group?.weights !== undefined && group?.paths !== undefined);
    refuse(
      manifest
        ? 'a weights manifest without a topology: the layers are in the code that loads it'
        : 'a list, not a model',
      'build the model in tfjs, load these weights into it, and give what model.save() writes',
    );
  }
  if (typeof value !== 'object' || value === null) {
    refuse('not a model', 'give the model.json that tfjs or tensorflowjs_converter wrote');
  }
  const { modelTopology, weightsManifest, class_name: className } = value as Record<string, unknown>;
  if (modelTopology === undefined && weightsManifest === undefined && className !== undefined) {
    refuse(
      'a topology without weights',
      'save the whole model: model.save() in tfjs, tensorflowjs_converter for Keras',
    );
  }
  if (modelTopology === undefined && weightsManifest === undefined) {
    refuse(
      'no modelTopology and no weightsManifest in it: not a TensorFlow.js model',
      'give the model.json that tfjs or tensorflowjs_converter wrote',
    );
  }
  if (modelTopology === undefined || modelTopology === null) {
    refuse(
      'no modelTopology in it: only weights',
      'convert the whole model (model.save(), not model.save_weights()) with tensorflowjs_converter',
    );
  }
  if (weightsManifest === undefined || weightsManifest === null) {
    refuse(
      'no weightsManifest in it: a topology without weights',
      'save or convert the model with its weights',
    );
  }
}

function kindOf(topology: Readonly<Record<string, unknown>>, where: string): 'layers' | 'graph' {
  if (Array.isArray(topology.node)) return 'graph';
  if (topology.model_config !== undefined || topology.class_name !== undefined) return 'layers';
  throw new QgtError('bad-model', {
    where: `${where}: modelTopology`,
    what: 'neither a layers model nor a graph model',
    expected: 'model_config, class_name or node in it',
    remedy: 'export the model again with tfjs or tensorflowjs_converter 4',
  });
}

function writerOf(
  kind: 'layers' | 'graph',
  topology: Readonly<Record<string, unknown>>,
  generatedBy: string | null | undefined,
  convertedBy: string | null | undefined,
): string {
  const version = topology.keras_version;
  if (kind === 'graph') return convertedBy ?? generatedBy ?? 'tfjs converter';
  if (typeof version !== 'string') return generatedBy ?? 'unknown';
  return /^\d/.test(version) ? `keras ${version}` : version;
}

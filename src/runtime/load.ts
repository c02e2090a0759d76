import { QgtError } from '../core/index.js';
import { type PackedModel, unpackModel } from '../pack/index.js';
import { artifactsOf, type QgtHandler } from './artifacts.js';
import { nameOf, type QgtSource, type ReadOptions, readSource } from './source.js';

/** The part of tfjs that loads layers models: `@tensorflow/tfjs`, `-layers` and `-node` have it. */
export interface LayersLoader<Model> {
  loadLayersModel(handler: QgtHandler): Promise<Model>;
}

/** The part of tfjs that loads graph models: `@tensorflow/tfjs`, `-converter` and `-node` have it. */
export interface GraphLoader<Model> {
  loadGraphModel(handler: QgtHandler): Promise<Model>;
}

/** The model that a tfjs makes of a layers model; none where it loads no such models. */
export type LayersOf<Tf> = Tf extends LayersLoader<infer Model> ? Model : never;

/** The model that a tfjs makes of a graph model; none where it loads no such models. */
export type GraphOf<Tf> = Tf extends GraphLoader<infer Model> ? Model : never;

/** Options of `loadQgt`. */
export interface LoadOptions<Tf, Kind extends PackedModel['kind'] | undefined = undefined>
  extends ReadOptions {
  /** The caller's tfjs, with a backend; only `loadLayersModel` or `loadGraphModel` of it is used. */
  readonly tf: Tf;
  /** Kind of model that the file must hold; it makes the type of the result exact. */
  readonly kind?: Kind;
}

/**
 * Loads a packed model: with `kind` as a LayersModel or a GraphModel, without it as what the file holds. The type of the
 * result is the caller's own: `tf.LayersModel`, `tf.GraphModel`, or either where neither `kind` nor `tf` says which.
 *
 * The weights are expanded to float32; from then on it is an ordinary tfjs model.
 *
 * @throws QgtError `not-found`, `bad-qgt`, `newer-qgt`, `too-large`, and `usage` where `kind` or `tf` is for another kind of model.
 */
export function loadQgt<Tf extends LayersLoader<unknown>>(
  source: QgtSource,
  options: LoadOptions<Tf, 'layers'> & { readonly kind: 'layers' },
): Promise<LayersOf<Tf>>;
export function loadQgt<Tf extends GraphLoader<unknown>>(
  source: QgtSource,
  options: LoadOptions<Tf, 'graph'> & { readonly kind: 'graph' },
): Promise<GraphOf<Tf>>;
export function loadQgt<Tf extends LayersLoader<unknown> | GraphLoader<unknown>>(
  source: QgtSource,
  options: LoadOptions<Tf>,
): Promise<LayersOf<Tf> | GraphOf<Tf>>;
export async function loadQgt(
  source: QgtSource,
  options: LoadOptions<
    Partial<LayersLoader<unknown> & GraphLoader<unknown>>,
    PackedModel['kind'] | undefined
  >,
): Promise<unknown> {
  const model = await readQgt(source, options);
  const { tf, kind = model.kind } = options;
  if (model.kind !== kind) {
    throw new QgtError('usage', {
      where: nameOf(source),
      what: 'another kind of model',
      got: model.kind,
      expected: kind,
      remedy: `load it with kind: '${model.kind}'`,
    });
  }
  const handler = { load: async () => artifactsOf(model) };
  if (kind === 'layers' && tf.loadLayersModel) return tf.loadLayersModel(handler);
  if (kind === 'graph' && tf.loadGraphModel) return tf.loadGraphModel(handler);
  throw new QgtError('usage', {
    where: nameOf(source),
    what: `this tf does not load ${kind} models`,
    remedy: `add @tensorflow/tfjs-${kind === 'layers' ? kind : 'converter'}`,
  });
}

/**
 * An IOHandler, so that `tf.loadLayersModel(fromQgt(bytes))` and `tf.loadGraphModel(fromQgt(url))` work.
 *
 * Its `load` throws what `readQgt` throws.
 */
export function fromQgt(source: QgtSource, options: ReadOptions = {}): QgtHandler {
  return { load: async () => artifactsOf(await readQgt(source, options)) };
}

/**
 * Reads a packed model without loading it: topology, codes and grids, class names, input range.
 *
 * @throws QgtError `not-found`, `bad-qgt`, `newer-qgt` and `too-large`.
 */
export async function readQgt(source: QgtSource, options: ReadOptions = {}): Promise<PackedModel> {
  return unpackModel(await readSource(source, options), nameOf(source), options.maxUnpackedBytes);
}

import type { OnProgress } from '../core/index.js';
import type { EngineChoice } from '../engine/index.js';
import { type Engine, startEngine } from '../engine/index.js';
import { type LoadedModel, matchNames, requireCustomLayers } from '../model/index.js';
import { type LiveModel, openModel } from './live-model.js';
import { type ReadModel, readAny } from './read-any.js';

/** An engine and the model on it. */
export interface Session extends ReadModel {
  readonly engine: Engine;
  readonly liveModel: LiveModel;
}

/** A model's path and how it is opened. */
export interface SessionOptions {
  readonly model: string;
  /** Modules with custom layers. */
  readonly require: readonly string[];
  readonly engine: EngineChoice;
  /** Most that a `.qgt` may unpack to. */
  readonly maxUnpackedBytes?: number | undefined;
}

/**
 * Reads a model and makes it runnable; a bad file is found before an engine is started.
 *
 * @param prepare  Changes the model before it is opened.
 */
export async function openSession(
  { model, require, engine, maxUnpackedBytes }: SessionOptions,
  onProgress: OnProgress,
  prepare: (loaded: LoadedModel) => Promise<LoadedModel> = async (loaded) => loaded,
): Promise<Session> {
  onProgress({ kind: 'stage', text: `reading ${model}` });
  const read = await readAny(model, maxUnpackedBytes);
  const started = await startEngine(engine);
  if (started.fallbackReason !== undefined) {
    onProgress({ kind: 'note', text: `engine: embedded (${started.fallbackReason})` });
  }
  await requireCustomLayers(require);
  const loaded = await matchNames(read.loaded);
  return { ...read, loaded, engine: started, liveModel: await openModel(await prepare(loaded)) };
}

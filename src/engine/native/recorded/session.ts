import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '../../tf.js';
import { nativeBackend } from '../backend.js';
import type { GraphNode } from './graph.js';
import { encodeSavedModel, TAG } from './saved-model.js';

/** A graph in a TensorFlow session, which keeps its resource variables from run to run. */
export interface Session {
  /**
   * @param feeds    Values of placeholders by node name.
   * @param fetches  `node:output`
   * @returns One tensor per fetch; the caller's to dispose of.
   */
  run(feeds: ReadonlyMap<string, tf.Tensor>, fetches: readonly string[]): tf.Tensor[];
  close(): void;
}

/**
 * Loads a graph the one way that tfjs-node's binding offers: as a SavedModel, from a folder that is gone afterwards.
 *
 * @throws Error where TensorFlow refuses the graph or the temporary folder can't be written.
 */
export function openSession(nodes: readonly GraphNode[]): Session {
  const backend = nativeBackend();
  const folder = mkdtempSync(join(tmpdir(), 'qgt-graph-'));
  let id: number;
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes));
    id = backend.binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    run: (feeds, fetches) => {
      const ids = backend.getInputTensorIds([...feeds.values()]);
      const names = [...feeds.keys()].map((name) => `${name}:0`).join();
      return backend.binding
        .runSavedModel(id, ids, names, fetches.join())
        .map((metadata) => backend.createOutputTensor(metadata));
    },
    close: () => backend.binding.deleteSavedModel(id),
  };
}

/** Runs for the sake of what it does in the graph. */
export function runOnly(session: Session, feeds: ReadonlyMap<string, tf.Tensor>, node: string): void {
  tf.dispose(session.run(feeds, [`${node}:0`]));
}

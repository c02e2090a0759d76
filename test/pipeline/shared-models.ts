import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { exportModel, inspect, loadQgt } from '../../src/index.js';
import { SHARED_MODELS } from '../shared-models.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';

/** Refused, as the models' README says. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'faceapi-tiny-face-detector-manifest': /manifest without a topology/,
};

/** The layer that nnvis-imdb's user brings: one vector a position, whatever stands there. */
const POSITION_EMBEDDING = `
export default function (tf) {
  class PositionEmbedding extends tf.layers.Layer {
    constructor(config) {
      super(config);
      this.config = config;
    }
    build([, steps, size]) {
      const length = this.config.sequenceLength ?? steps;
      this.embeddings = this.addWeight('embeddings', [length, size], 'float32', tf.initializers.zeros());
      this.built = true;
    }
    computeOutputShape([batch, steps, size]) {
      return [batch, steps, size];
    }
    call(inputs) {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const rows = tf.slice(this.embeddings.read(), [0, 0], [x.shape[1], -1]);
      return tf.tile(tf.expandDims(rows, 0), [x.shape[0], 1, 1]);
    }
    getConfig() {
      return { ...super.getConfig(), ...this.config };
    }
    static get className() {
      return 'PositionEmbedding';
    }
  }
  tf.serialization.registerClass(PositionEmbedding);
}
`;

/** Tests that models beside the project go through every use case. */
export function testModels(names: readonly string[]): void {
  describe('the models beside the project', () => {
    for (const name of names) {
      const refused = REFUSED[name];
      if (refused !== undefined) {
        it(`${name} is refused`, () =>
          assert.rejects(inspect({ model: join(SHARED_MODELS, name) }), refused));
        continue;
      }
      it(`${name} is inspected, compressed without data, read back and exported`, () =>
        withFolder(async (folder) => {
          const layers = join(folder, 'layers.mjs');
          await writeFile(layers, POSITION_EMBEDDING);
          const require = name === 'nnvis-imdb' ? [layers] : [];
          const model = join(SHARED_MODELS, name);
          const { kernelParams, format } = await inspect({ model, require });
          assert.ok(kernelParams > 0);
          const { report, files } = await compress({
            model,
            require,
            bits: 4,
            epochs: 1,
            maxTime: 4,
            output: join(folder, 'out'),
          });
          const onlyRounded = /nothing was trained|the training was given up/.test(report.notes.join('\n'));
          assert.equal(report.training === null, format === 'tfjs-graph' || onlyRounded);
          assert.ok(report.totals.ratio > 1);
          await loadQgt(new Uint8Array(await readFile(files[0]!)), { tf });
          const web = await exportModel({ model: files[0]!, to: 'tfjs', output: join(folder, 'web') });
          const again = await inspect({ model: web.output, require });
          assert.equal(again.format, format);
        }));
    }
  });
}

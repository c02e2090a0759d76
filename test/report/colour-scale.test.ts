import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { colourScaleOf } from '../../src/report/formats/html/colour-scale.js';
import type { LayerReport } from '../../src/report/index.js';
import { sampleReport } from './sample-report.js';

const score = (divergence: number) => ({ metric: 0.9, loss: 0.1, divergence });
const layer = (changes: Partial<LayerReport>): LayerReport => ({ ...sampleReport.layers[0]!, ...changes });

describe('what the graph is coloured by', () => {
  it('the divergence of each layer alone, at its own width or the one next to it, in fifths', () => {
    const layers = [3, 1, 2, 0, 9].map((divergence, index) =>
      layer({
        bits: index < 2 ? 8 : 3,
        sensitivity: [8, 4, 2].map((bits) => ({
          bits,
          bytes: 1,
          alone: score(bits === (index < 2 ? 8 : 2) ? divergence : 100),
          allBut: score(0),
        })),
      }),
    );
    const heat = colourScaleOf(layers);
    assert.deepEqual(layers.map(heat.level), [4, 2, 3, 1, 5]);
    assert.deepEqual(layers.map(heat.text), ['3.0', '1.0', '2.0 at 2', '0 at 2', '9.0 at 2']);
    assert.deepEqual(
      heat.legend.map(({ level, text }) => [level, text]),
      [
        [1, '0'],
        [2, '1.0'],
        [3, '2.0'],
        [4, '3.0'],
        [5, '9.0'],
      ],
    );
  });

  it('the noise of the outputs where sensitivity was not measured; equal ones alike, none where there is none', () => {
    const layers = [40, 10, null, 10].map((outputSqnrDb) =>
      layer({ bits: 2, sensitivity: null, outputSqnrDb }),
    );
    const heat = colourScaleOf(layers);
    assert.deepEqual(layers.map(heat.level), [1, 2, null, 2]);
    assert.deepEqual(layers.map(heat.text), ['40.0 dB', '10.0 dB', '', '10.0 dB']);
  });
});

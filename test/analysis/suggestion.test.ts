import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suggestAsItIs, suggestChange } from '../../src/analysis/suggestion.js';

const on = { samples: { labelWarning: null } } as Parameters<typeof suggestAsItIs>[0];
const shipping = (metric: string, points: number) =>
  suggestAsItIs(on, { points, error: null }, 2000, { metric, samples: 40, isHeldOut: true }).text;

describe('advice in words', () => {
  it('to ship a model says what it loses, or gains, of which metric', () => {
    assert.equal(shipping('accuracy', 0.31), 'ship it: 2.00 kB, 0.3 points lost on 40 samples');
    assert.equal(shipping('r2', 0.31), 'ship it: 2.00 kB, R2 0.003 lost on 40 samples');
    assert.equal(shipping('r2', -1.2), 'ship it: 2.00 kB, R2 0.012 gained on 40 samples');
    assert.equal(shipping('mae', 0.5), 'ship it: 2.00 kB, mean absolute error 0.5 % worse on 40 samples');
  });

  it('is to measure a model on more samples where they are too few to ship it, or on real inputs', () => {
    const lost = { points: 0, error: null };
    const measuring = { metric: 'accuracy', samples: 31, isHeldOut: true };
    const few = suggestAsItIs(on, lost, 2000, measuring);
    assert.equal(few.kind, 'check');
    assert.equal(
      few.text,
      'measure it on more samples, with qgt eval: it does well on 31, which tell little',
    );
    const made = { samples: { synthesis: {}, labelWarning: null } } as Parameters<typeof suggestAsItIs>[0];
    assert.match(
      suggestAsItIs(made, lost, 2000, measuring).text,
      /on real inputs, with qgt eval: .* 31 synth/,
    );
  });

  it('is to look at the data first where the float model does not give its labels either', () => {
    const strange = { samples: { labelWarning: 'right on 10 %' } } as Parameters<typeof suggestAsItIs>[0];
    const measuring = { metric: 'accuracy', samples: 400, isHeldOut: true };
    const { kind, text } = suggestAsItIs(strange, { points: -2, error: null }, 2000, measuring);
    assert.equal(kind, 'check');
    assert.match(text, /^measure it with the inputs and labels that the float model was made for: /);
  });

  it('has R2 in every line, also where a change is judged by dB', () => {
    const gain = { points: -31.2, decibels: -10.74, error: null, loss: 0, divergence: 0 };
    const change = { what: '4 bits', allBits: 4, rules: [], stored: [] } as const;
    const { text, gain: judged } = suggestChange(
      { scope: 'model', kind: 'bits', layers: [], change, gain, bytes: -90 },
      { metric: 'r2', samples: 40, isHeldOut: true },
    );
    assert.equal(text, '4 bits: −0.312 R² (−10.7 dB), and 90 bytes less');
    assert.equal(judged, -10.74);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LossName, settleHead, type TargetKind } from '../../src/metrics/index.js';

type Row = [
  activation: string,
  width: number,
  target: TargetKind,
  loss: LossName | undefined,
  kind: string,
  logits: boolean,
  decision: string | null,
  settled: LossName,
];

describe('settleHead', () => {
  const cases: Row[] = [
    ['softmax', 3, 'class', undefined, 'softmax', false, 'largest', 'crossentropy'],
    ['softmax', 3, 'binary', undefined, 'softmax', false, 'largest', 'crossentropy'],
    ['softmax', 3, 'none', undefined, 'softmax', false, 'largest', 'crossentropy'],
    ['softmax', 3, 'class', 'mse', 'softmax', false, 'largest', 'mse'],
    ['sigmoid', 1, 'class', undefined, 'sigmoid', false, 'each', 'binary-crossentropy'],
    ['sigmoid', 1, 'binary', undefined, 'sigmoid', false, 'each', 'binary-crossentropy'],
    ['sigmoid', 10, 'class', undefined, 'sigmoid', false, 'largest', 'binary-crossentropy'],
    ['sigmoid', 10, 'binary', undefined, 'sigmoid', false, 'each', 'binary-crossentropy'],
    ['sigmoid', 1, 'values', undefined, 'linear', false, null, 'mse'],
    ['sigmoid', 784, 'values', 'binary-crossentropy', 'sigmoid', false, 'each', 'binary-crossentropy'],
    ['linear', 1, 'class', undefined, 'sigmoid', true, 'each', 'binary-crossentropy'],
    ['linear', 1, 'binary', undefined, 'sigmoid', true, 'each', 'binary-crossentropy'],
    ['linear', 1, 'values', undefined, 'linear', false, null, 'mse'],
    ['linear', 1, 'zeros', undefined, 'linear', false, null, 'mse'],
    ['linear', 1, 'zeros', 'binary-crossentropy', 'sigmoid', true, 'each', 'binary-crossentropy'],
    ['sigmoid', 1, 'zeros', undefined, 'sigmoid', false, 'each', 'binary-crossentropy'],
    ['linear', 1, 'none', undefined, 'linear', false, null, 'mse'],
    ['linear', 1, 'none', 'binary-crossentropy', 'sigmoid', true, 'each', 'binary-crossentropy'],
    ['linear', 5, 'class', undefined, 'softmax', true, 'largest', 'crossentropy'],
    ['linear', 5, 'binary', undefined, 'sigmoid', true, 'each', 'binary-crossentropy'],
    ['linear', 5, 'class', 'mse', 'linear', false, 'largest', 'mse'],
    ['linear', 5, 'none', 'crossentropy', 'softmax', true, 'largest', 'crossentropy'],
    ['relu', 1, 'values', undefined, 'linear', false, null, 'mse'],
  ];
  for (const [activation, width, target, loss, kind, logits, decision, settled] of cases) {
    it(`${width} ${activation} beside ${target}${loss === undefined ? '' : `, --loss ${loss}`}: ${settled}`, () => {
      const head = settleHead({ name: 'y', shape: [width], activation, layer: null }, target, loss);
      assert.deepEqual([head.kind, head.logits, head.decision, head.loss], [kind, logits, decision, settled]);
    });
  }
});

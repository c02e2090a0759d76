import assert from 'node:assert/strict';
import { it } from 'node:test';
import { classText, fallenClasses, markdown, metricTexts } from '../../src/report/index.js';
import { sampleReport } from './sample-report.js';

const metric = sampleReport.metric!;

it('one output is told by its metric, several by their names too; R2 is no percentage', () => {
  assert.deepEqual(metricTexts(metric), [
    { name: 'accuracy', value: '97.8 % → 96.9 %, 0.9 points lost (± 0.6)' },
  ]);
  const second = {
    ...{
      output: 'age',
      metric: 'r2' as const,
      scale: null,
      before: 0.91,
      after: 0.9,
      drop: 1,
      dropMargin: null,
    },
    ...{ spread: 0.4, sqnrDb: 10, answers: null },
  };
  assert.deepEqual(
    metricTexts({ ...metric, outputs: [...metric.outputs, second] }).map(
      ({ name, value }) => `${name} ${value}`,
    ),
    ['dense: accuracy 97.8 % → 96.9 %, 0.9 points lost (± 0.6)', 'age: R2 0.910 → 0.900, 0.010 lost'],
  );
  assert.deepEqual(metricTexts({ ...metric, against: 'float model', outputs: [second] }), [
    { name: 'R2', value: '0.900 with the float model' },
  ]);
  const third = { ...second, metric: 'agreement' as const, after: 0.984 };
  assert.deepEqual(metricTexts({ ...metric, against: 'float model', outputs: [third] }), [
    { name: 'agreement', value: '98.4 % with the float model, logits at 10.0 dB' },
  ]);
});

it('classes that lost accuracy are named, the one that lost most first, also in a CI summary', async () => {
  const classes = [
    { name: 'cat', samples: 50, before: 0.9, after: 0.88 },
    { name: 'dog', samples: 1, before: 1, after: 0 },
    { name: 'emu', samples: 0, before: null, after: null },
    { name: 'fox', samples: 9, before: 0.5, after: 0.6 },
  ];
  assert.deepEqual(fallenClasses({ classes }).map(classText), [
    'dog 100.0 % → 0.0 % (1 sample)',
    'cat 90.0 % → 88.0 % (50 samples)',
  ]);
  const page = await markdown.render({ ...sampleReport, metric: { ...metric, classes } });
  assert.match(page, /### Classes that lost most\n\n.*\n.*\n\| dog \| 1 \| 100\.0 % \| 0\.0 % \|\n\| cat /);
});

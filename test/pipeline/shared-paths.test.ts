import assert from 'node:assert/strict';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sharedPath, withSharedPaths } from '../../src/pipeline/shared-paths.js';
import { modelName } from '../../src/report/index.js';
import { sampleReport } from '../report/sample-report.js';

const here = resolve();
const beside = join(dirname(here), 'models/person/model.json');

describe('a path in a report', () => {
  const cases: [path: string, shared: string][] = [
    ['models/person/model.json', 'models/person/model.json'],
    ['../person.json', '../person.json'],
    ['synthesised', 'synthesised'],
    [join(here, 'models/person/model.json'), 'models/person/model.json'],
    [here, '.'],
    [beside, '../models/person/model.json'],
    ['/home-of-somebody/kim/models/person/model.json', 'person/model.json'],
    [pathToFileURL('/home-of-somebody/kim/person/model.json').href, 'person/model.json'],
    ['/model.json', 'model.json'],
  ];
  for (const [path, shared] of cases)
    it(`${path.replace(here, 'HERE')} is told as ${shared}`, () => assert.equal(sharedPath(path), shared));

  it('is absolute nowhere in the report, and a command names what is near so that it works', () => {
    const far = '/home-of-somebody/kim/data';
    const report = withSharedPaths({
      ...sampleReport,
      model: { ...sampleReport.model, source: beside },
      output: `${far}/out/model.qgt`,
      options: {
        ...sampleReport.options,
        model: beside,
        data: far,
        eval: `${far}/test`,
        require: ['/k/a.mjs'],
      },
      data: { ...sampleReport.data, source: far },
      metric: { ...sampleReport.metric!, on: `half of a seeded tenth of ${far}/test, held out` },
      advice: [{ ...sampleReport.advice[0]!, command: `qgt compress ${beside} --bits 3 --data ${far}` }],
      notes: [`classes in the order of ${dirname(beside)}/metadata.json`],
    });
    const text = JSON.stringify(report);
    for (const secret of ['home-of-somebody', here, '/k/a']) assert.ok(!text.includes(secret), secret);
    assert.equal(
      report.advice[0]!.command,
      'qgt compress ../models/person/model.json --bits 3 --data kim/data',
    );
    assert.equal(report.metric!.on, 'half of a seeded tenth of data/test, held out');
    assert.deepEqual(report.notes, ['classes in the order of ../models/person/metadata.json']);
    assert.equal(basename(report.output!), 'model.qgt');
  });

  it('a report without one stays as it is', () =>
    assert.deepEqual(withSharedPaths(sampleReport), sampleReport));
});

describe('the name of a model', () => {
  const cases: [path: string, name: string][] = [
    ['/a/models/person/model.json', 'person'],
    ['models/person/', 'person'],
    ['out/model.qgt', 'out'],
    ['out/report.json', 'out'],
    ['mobilenet.json', 'mobilenet'],
    ['C:\\models\\person\\model.json', 'person'],
    ['model.json', 'model'],
    ['../model.json', 'model'],
    ['', 'model'],
  ];
  for (const [path, name] of cases) it(`${path} is ${name}`, () => assert.equal(modelName(path), name));
});

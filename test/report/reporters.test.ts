import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { annotation, type CheckReport, type Report, reporters } from '../../src/report/index.js';
import { element, escapeXml } from '../../src/report/reporters/xml.js';
import { checkedReport, hostileReport, sampleReport } from './sample-report.js';

const reporterNamed = (name: string) => reporters.find((each) => each.name === name)!;
const hostile: Report = {
  ...hostileReport,
  checks: hostileReport.layers.map(
    ({ name }): CheckReport => ({
      rule: name,
      level: 'error',
      limit: 'watch',
      value: null,
      passed: false,
      text: name,
    }),
  ),
};
const reports: Record<string, Report> = { checked: checkedReport, unchecked: sampleReport, hostile };

/** An element as a strict parser of others' sees it. */
interface Node {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Node[];
  text: string;
}

/** Throws where the text is not well-formed XML 1.0. */
function parseXml(text: string): Node {
  const root: Node = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (thrown) => {
    throw thrown;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const node = { name, attributes: { ...(attributes as Record<string, string>) }, children: [], text: '' };
    open.at(-1)!.children.push(node);
    open.push(node);
  });
  parser.on('text', (part) => {
    open.at(-1)!.text += part;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return root.children[0]!;
}

for (const reporter of reporters) {
  describe(`reporter ${reporter.name}`, () => {
    it('has a name of its own and says what it tells', () => {
      assert.match(reporter.name, /^[a-z-]+$/);
      assert.equal(reporters.filter(({ name }) => name === reporter.name).length, 1);
      assert.notEqual(reporter.describe, '');
    });

    for (const [name, report] of Object.entries(reports)) {
      it(`tells of ${name} the same each time, in whole lines`, () => {
        const env = { GITHUB_STEP_SUMMARY: 'summary.md' };
        const told = reporter.tell(report, env, 'file.xml');
        assert.deepEqual(reporter.tell(structuredClone(report), env, 'file.xml'), told);
        for (const text of [told.log, ...told.files.map((file) => file.text)])
          assert.ok(text === '' || text.endsWith('\n'));
      });
    }
  });
}

describe('github', () => {
  const github = reporterNamed('github');

  it('annotates what was not kept, as an error or a warning', () => {
    assert.deepEqual(github.tell(checkedReport, {}, '').log.split('\n'), [
      '::error title=qgt max-drop::models/person/model.json: 0.89 points of accuracy lost, at most 0.5',
      '::warning title=qgt min-sqnr::models/person/model.json: 17.2 dB at the outputs, at least 20',
      '',
    ]);
  });

  // As `@actions/core` writes them (packages/core/__tests__), but for line breaks, of which no name makes one.
  const escaped: [string, string, string][] = [
    ['plain', 'Error message', '::error title=plain::Error message\n'],
    ['a', 'Error message\r\n\u202e', '::error title=a::Error message\ufffd\ufffd\ufffd\n'],
    [
      'percent % percent % lf \n',
      '%25 %25 cr \r',
      '::error title=percent %25 percent %25 lf \ufffd::%2525 %2525 cr \ufffd\n',
    ],
    [
      'colon : colon : comma , comma ,',
      'colon : comma ,',
      '::error title=colon %3A colon %3A comma %2C comma %2C::colon : comma ,\n',
    ],
  ];
  for (const [title, message, line] of escaped) {
    it(`escapes ${JSON.stringify(title)}`, () => assert.equal(annotation('error', title, message), line));
  }

  it('lets no name start a command of its own', () => {
    const lines = github.tell(hostile, {}, '').log.trimEnd().split('\n');
    assert.equal(lines.length, hostile.checks.length);
    for (const line of lines) assert.ok(line.startsWith('::error title='));
  });

  it('adds the checks and the table to the summary, where there is one', () => {
    assert.deepEqual(github.tell(checkedReport, {}, '').files, []);
    const [file] = github.tell(checkedReport, { GITHUB_STEP_SUMMARY: 'summary.md' }, '').files;
    assert.deepEqual([file!.path, file!.how], ['summary.md', 'append']);
    assert.match(file!.text, /^## qgt compress: models\/person\/model\.json$/m);
    assert.match(file!.text, /^- ✅ `--max-bytes`: 61,235 bytes, at most 64,000$/m);
    assert.match(file!.text, /^- ❌ `--max-drop`: 0\.89 points/m);
    assert.match(file!.text, /^- ⚠ `--min-sqnr`: 17\.2 dB/m);
    assert.match(file!.text, /^\| conv2d\/kernel /m);
  });
});

describe('junit', () => {
  const suiteOf = (report: Report): Node => {
    const [file] = reporterNamed('junit').tell(report, {}, 'a/b.xml').files;
    assert.deepEqual([file!.path, file!.how], ['a/b.xml', 'replace']);
    const root = parseXml(file!.text);
    assert.deepEqual([root.name, root.children.length], ['testsuites', 1]);
    return root.children[0]!;
  };

  it('has a test case a limit: failed, passed, and passed with a warning', () => {
    const { name, attributes, children } = suiteOf(checkedReport);
    assert.equal(name, 'testsuite');
    assert.deepEqual(
      [attributes.name, attributes.tests, attributes.failures, attributes.errors, attributes.time],
      ['qgt compress models/person/model.json', '3', '1', '0', '83.250'],
    );
    assert.deepEqual(
      children.map((test) => [test.attributes.name, test.children[0]!.name]),
      [
        ['max-bytes 64000', 'system-out'],
        ['max-drop 0.5', 'failure'],
        ['min-sqnr 20', 'system-out'],
      ],
    );
    assert.equal(children[1]!.children[0]!.attributes.message, checkedReport.checks[1]!.text);
    assert.equal(children[2]!.children[0]!.text, 'warning: 17.2 dB at the outputs, at least 20');
  });

  it('keeps hostile names in their attributes', () => {
    const { children } = suiteOf(hostile);
    assert.equal(children.length, hostile.checks.length);
    assert.equal(children[1]!.attributes.name, 'pipe|name\ufffdsecond line, "quoted" watch');
    assert.ok(children[3]!.attributes.name!.startsWith('\ufffd[31mred'));
  });

  it('is well-formed whatever the text, and says what XML can say', () => {
    const allowed = (text: string) =>
      [...text]
        .map((letter) => {
          const code = letter.codePointAt(0)!;
          const fits =
            code >= 0x20 &&
            !(code >= 0x7f && code < 0xa0) &&
            !/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(letter) &&
            (code < 0xd800 || code > 0xdfff) &&
            (code & 0xfffe) !== 0xfffe;
          return fits || code > 0xffff ? letter : '\ufffd';
        })
        .join('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { attributes, text: inside } = parseXml(element('a', { b: text }, [escapeXml(text)]));
        assert.deepEqual([attributes.b, inside], [allowed(text), allowed(text)]);
      }),
    );
  });
});

import type { CheckReport, Report } from '../report.js';
import type { Reporter } from './reporter.js';
import { element, escapeXml } from './xml.js';

/**
 * JUnit's XML, which most CI systems read: one test case a limit.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export const junit: Reporter = {
  name: 'junit',
  describe: 'a test case per limit in junit.xml, or in another file: junit=FILE',
  file: 'junit.xml',
  isAtHome: () => false,
  tell: (report, _env, file) => ({
    log: '',
    files: [{ path: file, text: renderJunit(report), how: 'replace' }],
  }),
};

function renderJunit({ command, model, checks, totals }: Report): string {
  const seconds = (totals.durationMs / 1000).toFixed(3);
  const failures = checks.filter(({ passed, level }) => !passed && level === 'error').length;
  const counts = { tests: checks.length, failures, errors: 0, time: seconds };
  const suite = element(
    'testsuite',
    { name: `qgt ${command} ${model.source}`, skipped: 0, ...counts },
    checks.map((check) => testCase(check, model.source)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'qgt', ...counts }, [suite])}\n`;
}

/** JUnit knows no warnings: one stands in the output of a test that passed. */
function testCase({ rule, level, limit, passed, text }: CheckReport, source: string): string {
  const failed = !passed && level === 'error';
  return element('testcase', { name: `${rule} ${limit}`, classname: source, time: 0 }, [
    failed
      ? element('failure', { type: rule, message: text })
      : element('system-out', {}, [escapeXml(passed ? text : `warning: ${text}`)]),
  ]);
}

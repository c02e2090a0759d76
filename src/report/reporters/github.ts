import { printable } from '../../core/index.js';
import { markdown } from '../formats/index.js';
import type { Reporter } from './reporter.js';

/** GitHub Actions: an annotation for each limit that was not kept, and the report as the job's summary. */
export const github: Reporter = {
  name: 'github',
  describe: 'annotations and a job summary; on by itself in GitHub Actions',
  isAtHome: ({ GITHUB_ACTIONS }) => GITHUB_ACTIONS === 'true',
  tell: (report, { GITHUB_STEP_SUMMARY: path }) => ({
    log: report.checks
      .filter(({ passed }) => !passed)
      .map(({ level, rule, text }) =>
        annotation(level === 'warn' ? 'warning' : level, `qgt ${rule}`, `${report.model.source}: ${text}`),
      )
      .join(''),
    files: path ? [{ path, text: markdown.render(report), how: 'append' }] : [],
  }),
};

/**
 * A line that GitHub shows on the pull request.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts for what is escaped.
 */
export function annotation(level: 'warning' | 'error', title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

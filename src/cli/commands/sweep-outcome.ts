import { type SweepReport, sweepFormats } from '../../report/index.js';
import type { Outcome } from './command.js';

/** Turns the state of a sweep into the result of a command, printed as `--format` says. */
export function sweepOutcome(report: SweepReport, format: string | undefined): Outcome {
  const asked = sweepFormats.find(({ name }) => name === format);
  return {
    data: report,
    document: asked && (() => asked.render(report)),
    screen: async (style) => (await import('../screens/sweep.js')).sweepScreen(report, style),
    isIncomplete: report.trials.some(({ state }) => state === 'failed'),
  };
}

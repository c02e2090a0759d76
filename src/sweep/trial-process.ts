// Started by trial-child.ts: compresses once, and tells its parent how that goes.
import { describeError, QgtError } from '../core/index.js';
import { compressForChoice } from '../pipeline/compress-for-choice.js';
import { parseOptions } from '../pipeline/parse-options.js';
import { dataNamer } from './data-names.js';
import { figuresOf } from './result.js';
import { jobSchema, STOP, type TrialJob, type TrialMessage } from './trial-messages.js';

const stopping = new AbortController();

// What a terminal sends is for the parent, which says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  if (message === STOP) stopping.abort();
  else void work(jobSchema.parse(message)).then(end);
});

async function work({ id, options }: TrialJob): Promise<TrialMessage> {
  const startedAt = performance.now();
  try {
    const { report, choice } = await compressForChoice(parseOptions('compress', options), {
      onProgress: (event) => tell({ kind: 'progress', event }),
      signal: stopping.signal,
    });
    const { bytesBefore, bytesAfter, ratio } = report.totals;
    const named = dataNamer([options.data, options.eval]);
    return {
      kind: 'done',
      result: {
        version: 1,
        id,
        status: 'done',
        bytesBefore,
        bytes: bytesAfter,
        ratio,
        metric: figuresOf(report.metric, named),
        choice: figuresOf(choice, named),
        warnings: report.warnings.map(({ text }) => named(text)),
        durationMs: Math.round(performance.now() - startedAt),
      },
    };
  } catch (thrown) {
    if (!(thrown instanceof QgtError)) console.error(thrown);
    const code = thrown instanceof QgtError ? thrown.code : 'crash';
    return { kind: 'failed', code, message: describeError(thrown) };
  }
}

/** Tells the parent, unless that was killed: this process is about to hear of it, and ends. */
function tell(message: TrialMessage): void {
  process.send?.(message, () => {});
}

/** Ends the process once its last message is on its way; an engine's threads would keep it. */
const end = (message: TrialMessage): void => {
  process.send?.(message, () => process.exit(0));
};

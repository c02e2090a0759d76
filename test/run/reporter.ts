// The reporter of the runner's processes: tells the runner of each test file once it has ended.
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import { addCounts, type Counts, type FileResult, NO_TESTS } from './messages.js';

/** What is read of the events of node:test. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly message?: string;
    readonly skip?: unknown;
    readonly todo?: unknown;
    readonly details?: { readonly type?: string; readonly error?: { readonly failureType?: string } };
  };
}

/** The lines of Node's own summary, which counts the files as suites. */
const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** Every suite at the top is a test file: worker.ts puts each into one. */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let events: TestEvent[] = [];
  for await (const event of source) {
    events.push(event);
    if (event.data.nesting !== 0 || !isResult(event)) continue;
    const results = events.filter(isResult);
    const counts = countTests(results);
    const failed = event.type === 'test:fail' && counts.fail + counts.cancelled === 0;
    send({
      file: event.data.name,
      text: await format(events),
      counts: failed ? { ...counts, fail: 1 } : counts,
      isEmpty: results.length === 1,
    });
    // The next file may take a moment to come.
    process.channel!.ref();
    events = [];
  }
  // Such as errors that were thrown when their test had already ended.
  const left = events.filter(({ type, data }) => type === 'test:diagnostic' && !SUMMARY.test(data.message!));
  if (left.length > 0) send({ file: null, text: await format(left), counts: NO_TESTS, isEmpty: true });
  yield '';
}

function isResult({ type }: TestEvent): boolean {
  return type === 'test:pass' || type === 'test:fail';
}

function countTests(results: readonly TestEvent[]): Counts {
  return results
    .filter(({ data }) => data.details?.type !== 'suite')
    .map((event): Counts => ({ ...NO_TESTS, tests: 1, [outcomeOf(event)]: 1 }))
    .reduce(addCounts, NO_TESTS);
}

function outcomeOf({ type, data }: TestEvent): keyof Counts {
  if (data.skip !== undefined) return 'skipped';
  if (data.todo !== undefined) return 'todo';
  if (type === 'test:pass') return 'pass';
  return data.details?.error?.failureType === 'cancelledByParent' ? 'cancelled' : 'fail';
}

async function format(events: readonly TestEvent[]): Promise<string> {
  const chunks = await Readable.from(events).compose(new spec()).toArray();
  return chunks.join('');
}

function send(result: FileResult): void {
  process.send!(result);
}

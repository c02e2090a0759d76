import { type OnProgress, type ProgressEvent, printable } from '../core/index.js';
import { formatDuration, formatMetric } from '../report/index.js';
import { type Colours, colourless } from './colours.js';
import { columnsOf, type Io, type OutputStream } from './io.js';
import { counted, wrap } from './screens/text.js';

/** Progress display on stderr. */
export interface Progress {
  readonly onProgress: OnProgress;
  /** Notes and warnings shown so far. */
  readonly told: ReadonlySet<string>;
  /** Does work that writes to the same terminal, as a question does, with the spinner out of its way. */
  paused<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Removes the spinner; nothing is shown afterwards. */
  stop(): void;
}

/** One place on the screen whose text changes: the part of ora that is used here. */
interface Spinner {
  text: string;
  start(): unknown;
  render(): unknown;
  stop(): unknown;
}

/** Epochs that have a line of their own in a log, at most; the last has one besides. */
const MAX_EPOCH_LINES = 100;
/** Milliseconds between renderings: smooth for the eye, without noticeable cost. */
const RENDER_EVERY_MS = 80;

/** Starts to show progress: a spinner on a terminal, else plain lines, under `--quiet` nothing. */
export async function startProgress(io: Io, quiet: boolean, colours: Colours): Promise<Progress> {
  if (quiet) return { onProgress: () => {}, told: new Set(), ...STILL };
  const told = new Set<string>();
  const lines = lineWriter(io.stderr, colours, told);
  if (!animates(io)) return { onProgress: lines, told, ...STILL };
  const { default: ora } = await import('ora');
  const spinner = ora({
    stream: io.stderr,
    // In raw mode Ctrl-C would have no effect while TensorFlow blocks the event loop.
    discardStdin: false,
    isEnabled: true,
    color: colours === colourless ? false : 'cyan',
    text: 'starting',
  }).start();
  return {
    onProgress: spin(spinner, io.stderr, lines),
    told,
    paused: (work) => pausing(spinner, work),
    stop: () => void spinner.stop(),
  };
}

/** Progress that nothing moves in. */
const STILL: Pick<Progress, 'paused' | 'stop'> = { paused: (work) => work(), stop: () => {} };

async function pausing<Result>(spinner: Spinner, work: () => Promise<Result>): Promise<Result> {
  spinner.stop();
  const result = await work();
  spinner.start();
  return result;
}

/** Whether a spinner can be drawn: ora clears as many lines as its text wraps to, which are endless in 0 columns. */
function animates({ stderr, env }: Io): boolean {
  return stderr.isTTY === true && stderr.columns !== 0 && env.TERM !== 'dumb' && !env.CI;
}

function lineWriter(stream: OutputStream, colours: Colours, told: Set<string>): OnProgress {
  // A line in a log stays one line.
  const width = stream.isTTY ? columnsOf(stream) : Number.POSITIVE_INFINITY;
  return (event) => {
    if (['step', 'listing', 'reading', 'trials'].includes(event.kind)) return;
    if (event.kind === 'measuring' && !isTenth(event)) return;
    if (event.kind === 'epoch' && !hasLine(event)) return;
    if (event.kind === 'note' || event.kind === 'warning') {
      told.add(event.text);
      const text = wrap(printable(`${event.kind}: ${event.text}`), width, '      ');
      stream.write(`${event.kind === 'warning' ? colours.yellow(text) : text}\n`);
    } else stream.write(`${printable(describeProgress(event))}\n`);
  };
}

/** Whether long work that tells its time is a tenth further: it has ten lines in a log, other measurements none. */
const isTenth = ({ done, total, remainingMs }: Extract<ProgressEvent, { kind: 'measuring' }>): boolean =>
  remainingMs !== undefined && Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total);

/** Whether an epoch has a line of its own in a log: of many epochs every so many, and the last. */
const hasLine = ({ epoch, epochs }: Extract<ProgressEvent, { kind: 'epoch' }>): boolean =>
  epoch === epochs || epoch % Math.ceil(epochs / MAX_EPOCH_LINES) === 0;

function spin(spinner: Spinner, stream: OutputStream, lines: OnProgress): OnProgress {
  let shown = 0;
  let metric: string | undefined;
  return (event) => {
    // ora clears its line, lets this text pass and redraws itself below.
    if (event.kind === 'note' || event.kind === 'warning') return lines(event);
    if (event.kind === 'epoch') metric = metricText(event);
    const texts = [printable(describeProgress(event)), event.kind === 'step' ? metric : undefined];
    const text = texts.filter((part) => part !== undefined).join('  ');
    spinner.text = text.slice(0, columnsOf(stream) - 4);
    // Training blocks the event loop so long that ora's own timer would not fire.
    if (performance.now() - shown < RENDER_EVERY_MS) return;
    shown = performance.now();
    spinner.render();
  };
}

/** `epoch 3/10  loss 0.1234  accuracy 91.2 %  41 s left`. */
export function describeProgress(event: Exclude<ProgressEvent, { kind: 'note' | 'warning' }>): string {
  if (event.kind === 'stage') return event.text;
  if (event.kind === 'listing') return `listing ${event.source}  ${counted(event.found, 'file')}`;
  if (event.kind === 'reading')
    return `reading ${event.source}  ${event.done.toLocaleString('en')} of ${counted(event.total, 'file')}`;
  if (event.kind === 'measuring') return measuringText(event);
  if (event.kind === 'trials') return trialsText(event);
  const parts = [`epoch ${event.epoch}/${event.epochs}`];
  if (event.kind === 'step') parts.push(`step ${event.step}/${event.steps}`);
  parts.push(`loss ${event.loss.toFixed(4)}`);
  if (event.kind === 'epoch') parts.push(metricText(event) ?? '');
  if (event.remainingMs > 0) parts.push(`${formatDuration(event.remainingMs)} left`);
  return parts.filter((part) => part !== '').join('  ');
}

function measuringText({
  what,
  done,
  total,
  remainingMs = 0,
}: Extract<ProgressEvent, { kind: 'measuring' }>): string {
  const left = remainingMs > 0 ? [`${formatDuration(remainingMs)} left`] : [];
  return [what, `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`, ...left].join('  ');
}

function trialsText({
  done,
  total,
  running,
  remainingMs,
}: Extract<ProgressEvent, { kind: 'trials' }>): string {
  const left = remainingMs === null || remainingMs <= 0 ? [] : [`${formatDuration(remainingMs)} left`];
  return [`${done} of ${counted(total, 'trial')}`, ...left, running].join('  ');
}

function metricText({ metric }: Extract<ProgressEvent, { kind: 'epoch' }>): string | undefined {
  return metric && `${metric.name} ${formatMetric(metric.name, metric.value)}`;
}

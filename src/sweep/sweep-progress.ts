import type { OnProgress, ProgressEvent } from '../core/index.js';
import { formatDuration } from '../report/index.js';
import type { Standing } from './rungs.js';

/** A trial that runs here. */
interface Running {
  readonly name: string;
  readonly startedAt: number;
  text: string;
  /** Share of its training that is done. */
  share: number;
}

/** Tells how far all trials of a sweep are, and how long they will take. */
export class SweepProgress {
  readonly #running = new Map<string, Running>();
  readonly #warned = new Set<string>();
  readonly #onProgress: OnProgress;
  #jobs: number;
  #done = 0;
  #total = 0;
  #meanMs: number | null = null;

  /** @param jobs  Trials that run at a time. */
  constructor(onProgress: OnProgress, jobs: number) {
    this.#onProgress = onProgress;
    this.#jobs = jobs;
  }

  /** Sets how many trials run at a time. */
  setJobs(jobs: number): void {
    this.#jobs = jobs;
  }

  /** Takes what is done here and elsewhere. */
  update(standings: readonly Standing[]): void {
    const ended = standings.filter(({ result }) => result !== null);
    const times = ended.map(({ result }) => result!.durationMs);
    this.#done = ended.length;
    this.#total = standings.length;
    this.#meanMs = times.length === 0 ? null : times.reduce((sum, each) => sum + each, 0) / times.length;
  }

  /** Begins a trial. @returns The callback for its events. */
  begin(id: string, name: string): OnProgress {
    const running: Running = { name, startedAt: performance.now(), text: '', share: 0 };
    this.#running.set(id, running);
    return (event) => this.#hear(running, event);
  }

  end(id: string, text: string): void {
    this.#running.delete(id);
    const remainingMs = this.#remainingMs();
    const left = remainingMs === null || remainingMs <= 0 ? '' : `, ${formatDuration(remainingMs)} left`;
    this.#onProgress({ kind: 'stage', text: `${this.#done} of ${this.#total} trials${left}: ${text}` });
  }

  /** Forgets a trial that has not ended, and runs no more. */
  drop(id: string): void {
    this.#running.delete(id);
  }

  #hear(running: Running, event: ProgressEvent): void {
    if (event.kind === 'warning') this.#warn(running, event.text);
    // Notes of compress are in the trial's report.
    else if (event.kind === 'note') running.text = event.text;
    else if (event.kind === 'step') {
      running.share = event.step / event.steps;
      running.text = `epoch ${event.epoch}/${event.epochs}`;
    } else if (event.kind === 'stage') running.text = event.text;
    this.#tell();
  }

  /** Tells what trials warn of, each once: most of them say it of the same model and data. */
  #warn({ name }: Running, text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#onProgress({ kind: 'warning', text: `${name}: ${text}` });
  }

  #tell(): void {
    const running = [...this.#running.values()].map(({ name, text }) => `${name}: ${text}`).join('; ');
    this.#onProgress({
      kind: 'trials',
      done: this.#done,
      total: this.#total,
      running,
      remainingMs: this.#remainingMs(),
    });
  }

  /** By the mean time of those that are done, or else by how far those are that run. */
  #remainingMs(): number | null {
    const running = [...this.#running.values()].map(({ startedAt, share }) => ({
      elapsedMs: performance.now() - startedAt,
      share,
    }));
    const estimates = running
      .filter(({ share }) => share > 0.05)
      .map(({ elapsedMs, share }) => elapsedMs / share);
    const eachMs = this.#meanMs ?? (estimates.length === 0 ? null : Math.max(...estimates));
    if (eachMs === null) return null;
    const begun = running.reduce((sum, { elapsedMs }) => sum + Math.min(elapsedMs, eachMs), 0);
    return (Math.max(0, this.#total - this.#done) * eachMs - begun) / this.#jobs;
  }
}

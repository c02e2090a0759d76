/** Progress report from the library to its caller; the library prints nothing itself. */
export type ProgressEvent =
  | { readonly kind: 'stage'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  /** Files found so far in a folder of many. */
  | { readonly kind: 'listing'; readonly source: string; readonly found: number }
  /** Files read and to read, of a dataset with many. */
  | { readonly kind: 'reading'; readonly source: string; readonly done: number; readonly total: number }
  /** Trials of a sweep that are done and to do, and what runs now. */
  | {
      readonly kind: 'trials';
      readonly done: number;
      readonly total: number;
      readonly running: string;
      /** null: nothing tells yet. */
      readonly remainingMs: number | null;
    }
  /** Measurements, or steps before a training, that are done and to do, where there are many. */
  | {
      readonly kind: 'measuring';
      readonly what: string;
      readonly done: number;
      readonly total: number;
      /** Left out: nothing tells. */
      readonly remainingMs?: number;
    }
  | {
      readonly kind: 'step';
      readonly epoch: number;
      readonly epochs: number;
      /** Steps done and to do, over the whole training. */
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly remainingMs: number;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      /** On the held-out set: accuracy, R2 or agreement with the float model; absent where there is none. */
      readonly metric?: { readonly name: string; readonly value: number };
      readonly remainingMs: number;
    };

/** Callback that receives progress events. */
export type OnProgress = (event: ProgressEvent) => void;

/** The callback of callers that don't listen: it does nothing. */
export const silent: OnProgress = () => {};

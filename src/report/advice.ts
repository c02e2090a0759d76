import type { Verdict } from './layer-report.js';

/** Why a layer holds the compression back and what to try first, in one line; empty where it doesn't. */
export function adviceOf({ reason, remedies: [first] }: Verdict): string {
  if (reason === null) return '';
  if (first === undefined) return reason;
  return `${reason}; ${first.text}${first.option === null ? '' : ` (${first.option})`}`;
}

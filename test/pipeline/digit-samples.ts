import { openSamples } from '../../src/session/samples/open-samples.js';
import type { Samples } from '../../src/session/samples/samples.js';
import { openSession, type Session } from '../../src/session/session.js';
import { digits } from './digits.js';

/** The digits model on the embedded engine, and the test digits to measure it on. */
export async function openDigits(): Promise<{ readonly session: Session; readonly opened: Samples }> {
  const session = await openSession({ model: digits.model, require: [], engine: 'embedded' }, () => {});
  const opened = await openSamples(session, {
    data: digits.test,
    purpose: 'measure',
    inputRange: { '*': '0..1' },
    seed: 0,
    synthesis: { worth: 'noise' },
    onProgress: () => {},
  });
  return { session, opened };
}

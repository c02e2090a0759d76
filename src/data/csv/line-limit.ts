import { Transform } from 'node:stream';

/** Passes a text on and fails at a line with more bytes than that. */
export function limitLines(maxBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      for (let from = 0; from < chunk.length; ) {
        const end = lineEnd(chunk, from);
        length += end - from;
        if (length > maxBytes) return done(new RangeError(`a line of more than ${maxBytes} bytes`));
        if (end < chunk.length) length = 0;
        from = end + 1;
      }
      done(null, chunk);
    },
  });
}

/** The place of the next line feed or, as old Macs wrote it, carriage return. */
function lineEnd(chunk: Buffer, from: number): number {
  const feed = chunk.indexOf('\n', from);
  const end = feed < 0 ? chunk.length : feed;
  const back = chunk.subarray(from, end).indexOf('\r');
  return back < 0 ? end : from + back;
}

import { Transform } from 'node:stream';

/** Bytes of a block. */
const blockSize = 16 * 1024;

/**
 * Puts lines of a file together. Each write to a browser costs as much as some hundred lines of CSV do, and holds up
 * whoever else this process answers.
 */
export function inBlocks(): Transform {
  let parts: Buffer[] = [];
  let size = 0;
  const block = () => {
    const whole = Buffer.concat(parts);
    parts = [];
    size = 0;
    return whole;
  };
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      parts.push(part);
      size += part.length;
      if (size < blockSize) done();
      else done(null, block());
    },
    flush(done) {
      if (size > 0) done(null, block());
      else done();
    },
  });
}

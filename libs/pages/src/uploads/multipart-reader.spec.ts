import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MultipartReader } from './multipart-reader.js';
import { FileTooLarge, FormNotReadable } from './uploads.problems.js';

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield Promise.resolve(body.subarray(at, at + size));
}

function formOf(parts: { head: string; content: Buffer | string }[], boundary = 'b'): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ head, content }) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\nContent-Type: text/csv\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

async function read(body: Buffer, size = 1000, boundary = 'b', most = 1_000_000) {
  const reader = new MultipartReader(inPieces(body, size), boundary, most);
  const found: [string, string | null, string][] = [];
  for (let head = await reader.next(); head; head = await reader.next()) {
    const pieces: Buffer[] = [];
    for await (const piece of reader.content()) pieces.push(Buffer.from(piece));
    found.push([head.name, head.file, Buffer.concat(pieces).toString('latin1')]);
  }
  return found;
}

describe('a form of parts', () => {
  it('gives fields and files in order, empty ones too', async () => {
    const body = formOf([
      { head: 'name="_csrf"', content: 'token' },
      { head: 'name="empty"', content: '' },
      { head: 'name="file"; filename="codes %22new%22.csv"', content: 'a,b\r\n1,2\r\n' },
    ]);
    for (const size of [1, 2, 3, 7, 1000]) {
      expect(await read(body, size)).toEqual([
        ['_csrf', null, 'token'],
        ['empty', null, ''],
        ['file', 'codes "new".csv', 'a,b\r\n1,2\r\n'],
      ]);
    }
  });

  it('gives back any content, however it is cut and whatever in it looks like a delimiter', async () => {
    const like = fc.array(fc.constantFrom('\r', '\n', '-', '--', 'b', '\r\n--', 'x', '\r\n'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(like, like, fc.integer({ min: 1, max: 40 }), async (one, other, size) => {
        const contents = [one, other].map((pieces) => pieces.join('')).filter((text) => !text.includes('\r\n--bbb'));
        const parts = contents.map((content) => ({ head: 'name="f"; filename="x"', content }));
        const found = await read(formOf(parts, 'bbb'), size, 'bbb');
        expect(found.map(([, , content]) => content)).toEqual(parts.map(({ content }) => content));
      }),
      { numRuns: 300 },
    );
  });

  it('passes over a preamble', async () => {
    const body = Buffer.concat([Buffer.from('for old programs\r\n'), formOf([{ head: 'name="a"', content: '1' }])]);
    expect(await read(body, 5)).toEqual([['a', null, '1']]);
  });

  it('is refused where it breaks off, names no field, or has no boundary', async () => {
    const whole = formOf([{ head: 'name="a"', content: 'hello' }]);
    for (let length = 0; length < whole.length - 4; length++) {
      await expect(read(whole.subarray(0, length))).rejects.toThrow(FormNotReadable);
    }
    await expect(read(formOf([{ head: 'filename="a"', content: '' }]))).rejects.toThrow(FormNotReadable);
    await expect(read(whole, 10, '')).rejects.toThrow(FormNotReadable);
    await expect(read(Buffer.from(`--b\r\n${'x'.repeat(20_000)}`))).rejects.toThrow(FormNotReadable);
  });

  it('is refused when it is larger than allowed, before all of it is read', async () => {
    const body = formOf([{ head: 'name="a"; filename="x"', content: Buffer.alloc(5_000, 'x') }]);
    await expect(read(body, 100, 'b', 2_000)).rejects.toThrow(FileTooLarge);
  });
});

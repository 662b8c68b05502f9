import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FormReader } from './form-reader.js';
import { FileTooLarge, FormNotReadable } from './uploads.problems.js';
import { UploadedFile } from './uploaded-file.js';

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

const typeOf = (boundary: string) => `multipart/form-data; boundary=${boundary}`;
const reader = (body: Buffer, size = 1000, boundary = 'b', most = 1_000_000) =>
  new FormReader(inPieces(body, size), typeOf(boundary), most);

/** What a form says, with each file as `[name, content]`. */
async function read(...given: Parameters<typeof reader>): Promise<Record<string, unknown>> {
  const found = { ...(await reader(...given).read()) };
  for (const [name, value] of Object.entries(found)) {
    if (value instanceof UploadedFile) found[name] = [value.name, await contentOf(value)];
  }
  return found;
}

async function contentOf(file: unknown): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (file as UploadedFile).bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

const file = 'name="file"; filename="x.csv"';

describe('a form with a file', () => {
  it('gives the fields and the file after them, empty ones too, however the body is cut', async () => {
    const body = formOf([
      { head: 'name="_csrf"', content: 'token' },
      { head: 'name="empty"', content: '' },
      { head: 'name="sign"', content: '£' },
      { head: 'name="file"; filename="codes %22new%22.csv"', content: 'a,b\r\n1,2\r\n' },
    ]);
    for (const size of [1, 2, 3, 7, 1000]) {
      expect(await read(body, size)).toEqual({
        _csrf: 'token',
        empty: '',
        sign: '£',
        file: ['codes "new".csv', 'a,b\r\n1,2\r\n'],
      });
    }
  });

  it('gives back any content, wherever it is cut and whatever in it looks like a delimiter', async () => {
    const like = fc
      .array(fc.constantFrom('\r', '\n', '-', '--', 'b', '\r\n--', 'x', '\r\n'), { maxLength: 30 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !`\r\n${text}\r\n`.includes('\r\n--bbb'));
    await fc.assert(
      fc.asyncProperty(like, like, fc.integer({ min: 1, max: 40 }), async (text, content, size) => {
        const body = formOf(
          [
            { head: 'name="text"', content: text },
            { head: file, content },
          ],
          'bbb',
        );
        expect(await read(body, size, 'bbb')).toEqual({ text, file: ['x.csv', content] });
      }),
      { numRuns: 300 },
    );
  });

  it('passes over a preamble, an epilogue and what comes after the file', async () => {
    const parts = [
      { head: file, content: '1' },
      ...['late', 'later'].map((name) => ({ head: `name="${name}"`, content: 'x' })),
    ];
    const body = Buffer.concat([Buffer.from('for old programs\r\n'), formOf(parts), Buffer.from('the end')]);
    expect(await read(body, 5)).toEqual({ file: ['x.csv', '1'] });
  });

  it('keeps the last part of a file’s name, and no more than 200 characters of it', async () => {
    for (const [name, kept] of [
      ['../../etc/week 47.csv', 'week 47.csv'],
      [`${'y'.repeat(300)}.csv`, `${'y'.repeat(196)}.csv`],
      ['', ''],
    ]) {
      expect(await read(formOf([{ head: `name="file"; filename="${name}"`, content: '1' }]))).toEqual({
        file: [kept, '1'],
      });
    }
  });

  it('makes a list of a name that comes again, and lets no name reach a prototype', async () => {
    const names = ['a', 'a', 'constructor', 'toString', '__proto__'];
    const body = await reader(formOf(names.map((name, at) => ({ head: `name="${name}"`, content: `${at}` })))).read();
    expect({ ...body }).toEqual({ a: ['0', '1'], constructor: '2', toString: '3' });
    await expect(read(formOf([{ head: 'name="__proto__"; filename="x"', content: '' }]))).rejects.toThrow(
      FormNotReadable,
    );
  });
});

describe('a form that is not readable', () => {
  it('breaks off in the middle, at any place', async () => {
    const whole = formOf([
      { head: 'name="a"', content: 'hello' },
      { head: file, content: 'a,b' },
    ]);
    for (let length = 0; length < whole.length - 4; length++) {
      for (const size of [7, 1000])
        await expect(read(whole.subarray(0, length), size)).rejects.toThrow(FormNotReadable);
    }
  });

  it('comes from somebody who goes away in the middle, before the file or in it', async () => {
    const whole = formOf([
      { head: 'name="a"', content: 'hello' },
      { head: file, content: 'a,b' },
    ]);
    for (const length of [10, whole.length - 10]) {
      const stream = (async function* () {
        yield whole.subarray(0, length);
        throw await Promise.resolve(new Error('aborted'));
      })();
      const reading = new FormReader(stream, typeOf('b'), 1000).read().then(({ file: found }) => contentOf(found));
      await expect(reading).rejects.toThrow(FormNotReadable);
    }
  });

  it('has a part that names no field, no boundary, or headers without an end', async () => {
    await expect(read(formOf([{ head: 'filename="a"', content: '' }]))).rejects.toThrow(FormNotReadable);
    await expect(read(formOf([{ head: 'title="a"', content: '' }]))).rejects.toThrow(FormNotReadable);
    await expect(read(Buffer.from(`--b\r\n${'x'.repeat(20_000)}`))).rejects.toThrow(FormNotReadable);
    for (const type of ['multipart/form-data', typeOf('b'.repeat(300)), 'text/plain; boundary=b', '']) {
      expect(() => new FormReader(inPieces(Buffer.alloc(0), 1), type, 10)).toThrow(FormNotReadable);
    }
  });

  it('has too many fields, or one that is too long', async () => {
    const fields = (count: number) => Array.from({ length: count }, () => ({ head: 'name="a"', content: 'x' }));
    expect(await read(formOf([...fields(100), { head: file, content: '1' }]))).toMatchObject({ file: ['x.csv', '1'] });
    await expect(read(formOf([...fields(101), { head: file, content: '1' }]))).rejects.toThrow(FormNotReadable);
    const long = (length: number) => formOf([{ head: 'name="a"', content: 'x'.repeat(length) }]);
    expect((await read(long(65_536))).a).toHaveLength(65_536);
    await expect(read(long(65_537))).rejects.toThrow(FormNotReadable);
  });
});

describe('a large form', () => {
  /** A body that counts what is taken of it. */
  function counted(body: Buffer, size: number) {
    const taken = { bytes: 0, ended: false };
    const stream = (async function* () {
      for await (const piece of inPieces(body, size)) {
        taken.bytes += piece.length;
        yield piece;
      }
      taken.ended = true;
    })();
    return { taken, stream };
  }
  const settled = async () => {
    for (let turn = 0; turn < 2000; turn++) await new Promise(setImmediate);
  };
  const large = formOf([
    { head: 'name="a"', content: '1' },
    { head: file, content: Buffer.alloc(2_000_000, 'x') },
  ]);

  it('is refused when it is larger than allowed, in its fields or in its file', async () => {
    const fields = formOf(Array.from({ length: 50 }, () => ({ head: 'name="a"', content: 'x'.repeat(100) })));
    await expect(reader(fields, 100, 'b', 2_000).read()).rejects.toThrow(FileTooLarge);
    await expect(read(large, 1000, 'b', 1_900_000)).rejects.toThrow(FileTooLarge);
  });

  it('is taken no faster than its file is read', async () => {
    const { taken, stream } = counted(large, 10_000);
    const body = await new FormReader(stream, typeOf('b'), 3_000_000).read();
    await settled();
    expect(taken.bytes).toBeLessThan(300_000);
    expect(await contentOf(body.file)).toHaveLength(2_000_000);
  });

  it('is taken to its end when nobody wants it, but no more than twice of what is allowed', async () => {
    for (const [most, least] of [
      [3_000_000, large.length],
      [100_000, 200_000],
    ] as const) {
      const { taken, stream } = counted(large, 10_000);
      const form = new FormReader(stream, typeOf('b'), most);
      const body = await form.read();
      form.stop();
      await settled();
      expect(taken).toEqual({
        bytes: least === large.length ? least : expect.any(Number),
        ended: least === large.length,
      });
      expect(taken.bytes).toBeLessThan(least + 20_000);
      await expect(contentOf(body.file)).rejects.toThrow(FormNotReadable);
    }
  });

  it('may be left by its reader in the middle', async () => {
    const { taken, stream } = counted(large, 10_000);
    const form = new FormReader(stream, typeOf('b'), 3_000_000);
    for await (const piece of ((await form.read()).file as UploadedFile).bytes) if (piece.length > 0) break;
    form.stop();
    await settled();
    expect(taken.ended).toBe(true);
  });
});

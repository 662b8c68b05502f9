import { describe, expect, it } from '@jest/globals';
import { csvRecords } from './csv-records.js';
import { FileNotReadable, textLines } from './text-lines.js';

/** The rows of a file that arrives in pieces of `size` bytes. */
async function rows(bytes: Buffer | string, size = 7): Promise<[number, string[] | null][]> {
  const file = Buffer.from(bytes as string);
  async function* pieces() {
    for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
  }
  const found: [number, string[] | null][] = [];
  for await (const { line, cells } of csvRecords(textLines(pieces()))) found.push([line, cells]);
  return found;
}

describe('a CSV file', () => {
  it('may have a byte order mark, Windows line ends, empty lines and no end of line', async () => {
    expect(await rows('\uFEFFname,town\r\n\r\nAnn,Poole\r\nBob,Wareham')).toEqual([
      [1, ['name', 'town']],
      [3, ['Ann', 'Poole']],
      [4, ['Bob', 'Wareham']],
    ]);
  });

  it.each([1, 2, 3, 1000])('reads the same in pieces of %i bytes', async (size) => {
    expect(await rows('name\r\nCafé ☕\n"a\nb"\n', size)).toEqual([
      [1, ['name']],
      [2, ['Café ☕']],
      [3, ['a\nb']],
    ]);
  });

  it('may mix UTF-8 and Latin-1 from line to line', async () => {
    const file = Buffer.concat([
      Buffer.from('name\nCafé\n'),
      Buffer.from('Café\n', 'latin1'),
      Buffer.from([0x80, 0x0a]),
    ]);
    expect((await rows(file)).map(([, cells]) => cells?.[0])).toEqual(['name', 'Café', 'Café', '€']);
  });

  it('may have line ends and doubled quotes in quoted cells', async () => {
    expect(await rows('a,b\n"one\r\ntwo","say ""hi"""\nx,y')).toEqual([
      [1, ['a', 'b']],
      [2, ['one\ntwo', 'say "hi"']],
      [4, ['x', 'y']],
    ]);
  });

  it('may have a stray quote inside a cell', async () => {
    expect(await rows('a,b\nPipe 6" wide,x\ny,z')).toEqual([
      [1, ['a', 'b']],
      [2, ['Pipe 6" wide', 'x']],
      [3, ['y', 'z']],
    ]);
  });

  it('loses only the row whose quote was forgotten', async () => {
    const after = Array.from({ length: 100 }, (_, index) => `row${index},x`);
    const found = await rows(['a,b', '"forgotten,x', ...after].join('\n'));
    expect(found[1]).toEqual([2, null]);
    expect(found).toHaveLength(102);
    expect(found.at(-1)).toEqual([102, ['row99', 'x']]);
  });

  it('loses only that row where quoted rows follow it', async () => {
    const after = Array.from({ length: 50 }, (_, index) => `"row${index}",x`);
    const found = await rows(['a,b', '"forgotten,x', ...after].join('\n'));
    expect(found).toHaveLength(52);
    expect(found[1]).toEqual([2, null]);
    expect(found[2]).toEqual([3, ['row0', 'x']]);
  });

  it('may be ragged, and separated by semicolons or tabs', async () => {
    expect(await rows('a;b;c\n1;2\n1,5;2;3;4')).toEqual([
      [1, ['a', 'b', 'c']],
      [2, ['1', '2']],
      [3, ['1,5', '2', '3', '4']],
    ]);
    expect(await rows('a\tb\n1\t2')).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ]);
  });

  it('is refused when it is UTF-16 or no text at all', async () => {
    await expect(rows(Buffer.from('\uFEFFname', 'utf16le'))).rejects.toThrow(FileNotReadable);
    await expect(rows(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0]))).rejects.toThrow(FileNotReadable);
  });

  it('never holds more than a line of it, however long that is', async () => {
    const found = await rows(Buffer.alloc(300_000, 'x'), 65_536);
    expect(found).toHaveLength(1);
    expect(found[0]![1]![0]!.length).toBeLessThanOrEqual(64 * 1024);
  });
});

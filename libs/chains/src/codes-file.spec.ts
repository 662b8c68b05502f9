import { FileNotReadable } from '@carers/businesses';
import { describe, expect, it } from '@jest/globals';
import { TooManyCodes } from './chains.problems.js';
import { mostCodes, readCode, readCodes } from './codes-file.js';

async function* bytesOf(...pieces: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Promise.resolve(Buffer.from(piece as string));
}

const read = async (text: string) => {
  const { good, bad } = await readCodes(bytesOf(text));
  return {
    good: good.map(({ line, code, symbology }) => `${line} ${code} ${symbology}`),
    bad: bad.map(({ line, code, fault }) => `${line} ${code} ${fault}`),
  };
};

describe('a file of codes', () => {
  it('is a column of codes, headed or not, wherever it stands', async () => {
    const good = ['2 A1 code128', '3 4006381333931 ean13'];
    expect((await read('Code\nA1\n4006381333931\n')).good).toEqual(good);
    expect((await read('no,Voucher Code,made\r\n1,A1,x\r\n2,4006381333931,x')).good).toEqual(good);
    expect((await read('x;EAN-13\n1;A1\n;4006381333931')).good).toEqual(good);
    expect((await read('A0\nA1')).good).toEqual(['1 A0 code128', '2 A1 code128']);
  });

  it('passes over empty rows, takes a code once, and lists what it cannot take', async () => {
    expect(await read('\uFEFFcode\n\nA1\n"A1"\n 4006381333932 \n-1\n"open\nB2')).toEqual({
      good: ['3 A1 code128', '8 B2 code128'],
      bad: ['4 A1 twice', '5 4006381333932 check-digit', '6 -1 formula', '7  quotes'],
    });
  });

  it.each([
    ['4006381333931', { symbology: 'ean13' }],
    ['0012345678905', { symbology: 'ean13' }],
    ['ABC 12-3', { symbology: 'code128' }],
    ['123456', { symbology: 'code128' }],
    ['x'.repeat(30), { symbology: 'code128' }],
    ['x'.repeat(31), { fault: 'too-long' }],
    ['4.00638E+12', { fault: 'cut-off' }],
    ['@cmd', { fault: 'formula' }],
    ['+44', { fault: 'formula' }],
    ['£5', { fault: 'signs' }],
    ['a\tb', { fault: 'signs' }],
  ])('reads %s', (code, found) => {
    expect(readCode(code)).toEqual(found);
  });

  it('is refused when it is no text, or endless', async () => {
    await expect(readCodes(bytesOf(Buffer.from([0x50, 0x4b, 3, 4, 0, 0])))).rejects.toThrow(FileNotReadable);
    async function* endless(): AsyncGenerator<Buffer> {
      for (let number = 0; ; number++) yield Promise.resolve(Buffer.from(`C${number}\n`.repeat(50)));
    }
    await expect(readCodes(endless())).rejects.toThrow(TooManyCodes);
    expect(mostCodes).toBe(100_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac, randomBytes } from 'node:crypto';
import { cardUrl, readCardText, readCredentialText } from './card-url.js';
import { isFreshCode, rotatingCodeSync } from './node-rotating-code.js';
import { rotatingCode } from './rotating-code.js';

const secret = new Uint8Array(32).fill(7);
const start = new Date('2027-03-01T12:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

describe('a rotating code', () => {
  it('is 25 bits of HMAC-SHA-256 over the half minute, in Base32', async () => {
    const slot = Buffer.alloc(8);
    slot.writeBigUInt64BE(BigInt(start.getTime() / 30_000));
    const bits = createHmac('sha256', secret).update(slot).digest().readUInt32BE(0) >>> 7;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const expected = [20, 15, 10, 5, 0].map((shift) => alphabet[(bits >>> shift) & 31]).join('');
    expect(await rotatingCode(secret, start)).toBe(expected);
    expect(rotatingCodeSync(secret, start)).toBe(expected);
  });

  it('is the same on the phone and on the server, for any secret and time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        async (anySecret, at) => expect(await rotatingCode(anySecret, at)).toBe(rotatingCodeSync(anySecret, at)),
      ),
    );
  });

  it('stays for half a minute and then changes', () => {
    expect(rotatingCodeSync(secret, after(29.999))).toBe(rotatingCodeSync(secret, start));
    expect(rotatingCodeSync(secret, after(30))).not.toBe(rotatingCodeSync(secret, start));
    expect(rotatingCodeSync(randomBytes(32), start)).not.toBe(rotatingCodeSync(secret, start));
  });

  it('works for a minute at least, and is refused when older than 90 seconds', () => {
    for (let shown = 0; shown < 30; shown += 0.5) {
      const code = rotatingCodeSync(secret, after(shown));
      for (const age of [0, 10, 30, 59.9]) expect(isFreshCode(secret, code, after(shown + age))).toBe(true);
      for (const age of [90, 91, 120, 3600]) expect(isFreshCode(secret, code, after(shown + age))).toBe(false);
    }
  });

  it('may come from a phone whose clock is half a minute fast, not from one that is two', () => {
    expect(isFreshCode(secret, rotatingCodeSync(secret, after(30)), start)).toBe(true);
    expect(isFreshCode(secret, rotatingCodeSync(secret, after(120)), start)).toBe(false);
  });

  it.each(['', 'AAAA', 'AAAAAA', '…', 'a'.repeat(10_000)])('is not %p', (code) => {
    expect(isFreshCode(secret, code, start)).toBe(false);
  });

  it('of one card does not fit another', () => {
    expect(isFreshCode(new Uint8Array(32), rotatingCodeSync(secret, start), start)).toBe(false);
  });

  it('needs a whole secret and a real time', async () => {
    await expect(rotatingCode(new Uint8Array(31), start)).rejects.toThrow(RangeError);
    expect(() => rotatingCodeSync(new Uint8Array(0), start)).toThrow(RangeError);
    expect(() => isFreshCode(secret, 'AAAAA', new Date(NaN))).toThrow(RangeError);
  });
});

describe('the text of a phone card', () => {
  const url = cardUrl('https://card.dorset.example', 'QRCED', 'AB2CD');

  it('is the address, the token, a point and the code', () => {
    expect(url).toBe('HTTPS://CARD.DORSET.EXAMPLE/C/QRCED.AB2CD');
    expect(() => cardUrl('https://card.dorset.example', 'QRCED', 'AB2C')).toThrow(RangeError);
    expect(() => cardUrl('https://card.dorset.example', 'QRCED', 'ab2cd')).toThrow(RangeError);
  });

  it.each([url, url.toLowerCase(), `  ${url}\n`, 'QRCED.AB2CD', 'qrced.ab2cd'])('is read from %p', (text) => {
    expect(readCardText(text)).toEqual({ token: 'QRCED', code: 'AB2CD' });
    expect(readCredentialText(text)).toBe('QRCED');
  });

  it.each(['HTTPS://CARD.DORSET.EXAMPLE/C/QRCED', 'qrced'])('may lack the code: %p', (text) => {
    expect(readCardText(text)).toEqual({ token: 'QRCED', code: null });
  });

  it.each(['QRCED.', 'QRCED.AB2C', 'QRCED.AB2CDE', 'QRCED.AB1CD', 'QRCED.AB2CD.AB2CD', '.AB2CD', `${url}?x`, ''])(
    'is not %p',
    (text) => {
      expect(readCardText(text)).toBeNull();
      expect(readCredentialText(text)).toBeNull();
    },
  );
});

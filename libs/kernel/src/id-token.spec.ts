import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idToken, readIdToken } from './id-token.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const proof = fc.uint8Array({ minLength: 16, maxLength: 20 });

describe('the last part of an address', () => {
  it('gives back the id and what proves it', () => {
    fc.assert(
      fc.property(fc.uuid(), proof, (id, bytes) => {
        expect(readIdToken(idToken(id, bytes), bytes.length)).toEqual({ id, proof: Buffer.from(bytes) });
      }),
    );
  });

  it('is never read as the same with any one letter altered', () => {
    fc.assert(
      fc.property(fc.uuid(), proof, fc.nat(), fc.constantFrom(...alphabet), (id, bytes, at, letter) => {
        const token = idToken(id, bytes);
        const place = at % token.length;
        fc.pre(token[place] !== letter);
        const read = readIdToken(token.slice(0, place) + letter + token.slice(place + 1), bytes.length);
        expect(read).not.toEqual({ id, proof: Buffer.from(bytes) });
      }),
    );
  });

  it.each([
    undefined,
    '',
    'x',
    'A'.repeat(1000),
    `${idToken('0190a6a4-7c1e-7000-8000-000000000001', Buffer.alloc(16))}=`,
  ])('is not %s', (text) => expect(readIdToken(text, 16)).toBeNull());
});

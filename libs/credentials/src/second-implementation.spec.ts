import { describe, expect, it } from '@jest/globals';
import { encode as encodeByCborg } from 'cborg';
import { decode, encode } from 'cbor2';
import fc from 'fast-check';
import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey } from 'node:crypto';
import { decodeBase32, encodeBase32 } from './base32.js';
import { fromHex } from './bytes.js';
import type { CredentialClaims } from './claims.js';
import { bytesToSign, encodeSign1 } from './cose-sign1.js';
import { signCredential, verifyCredentialSync } from './credential.js';
import { generateSigningKey, nodeSigner, NodeVerifyingKeys } from './node-keys.js';
import { printedName } from './printed-name.js';

const key = { ...generateSigningKey(), kid: 'K1' };
const keys = new NodeVerifyingKeys([{ publicJwk: { ...key.publicJwk, kid: 'K1' } }]);
const privateKey = createPrivateKey({ key: key.privateJwk as unknown as JsonWebKey, format: 'jwk' });
const publicKey = createPublicKey(privateKey);
const now = new Date('2027-03-01T12:00:00Z');
const utf8 = new TextEncoder();
const empty = new Uint8Array(0);

const anyClaims: fc.Arbitrary<CredentialClaims> = fc.record(
  {
    credentialId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    expiresAt: fc
      .integer({ min: now.getTime() / 1000 + 1, max: 2 ** 32 - 1 })
      .map((seconds) => new Date(seconds * 1000)),
    notBefore: fc.integer({ min: 0, max: now.getTime() / 1000 }).map((seconds) => new Date(seconds * 1000)),
    statusIndex: fc.nat(2 ** 32 - 1),
    kind: fc.constantFrom('adult', 'young', 'test'),
    firstName: fc.constantFrom('Jo', 'Siân', 'Łukasz', 'Wilhelmina-Charlotte', 'শর্মিষ্ঠা').map(printedName),
  },
  { requiredKeys: ['credentialId', 'expiresAt', 'statusIndex', 'kind', 'firstName'] },
);

/** A token as somebody writes it who has RFC 8392, RFC 9052 and another CBOR library. */
function theirs(claims: CredentialClaims): string {
  const kind = ['adult', 'young', 'test'].indexOf(claims.kind);
  const payload = encode(
    new Map<number, unknown>([
      [4, claims.expiresAt.getTime() / 1000],
      ...(claims.notBefore ? [[5, claims.notBefore.getTime() / 1000] as const] : []),
      [7, fromHex(claims.credentialId)],
      [-65537, kind === 0 ? [claims.statusIndex, claims.firstName] : [claims.statusIndex, claims.firstName, kind]],
    ]),
  );
  const header = encode(new Map<number, unknown>([[1, -8], [4, utf8.encode('K1')]])); // prettier-ignore
  const signature = new Uint8Array(sign(null, encode(['Signature1', header, empty, payload]), privateKey));
  return encodeBase32(encode([header, new Map(), payload, signature]));
}

describe('a credential and another implementation of CBOR', () => {
  it('is read by it as the claims that we wrote, signed as it finds them', async () => {
    await fc.assert(
      fc.asyncProperty(anyClaims, async (claims) => {
        const token = await signCredential(claims, nodeSigner(key));
        const [header, unprotected, payload, signature] = decode<Uint8Array[]>(decodeBase32(token)!);
        expect(unprotected).toEqual({});
        expect(decode(header!, { preferMap: true })).toEqual(new Map<number, unknown>([[1, -8], [4, utf8.encode('K1')]])); // prettier-ignore
        const set = decode<Map<number, unknown>>(payload!, { preferMap: true });
        expect(set.get(4)).toBe(claims.expiresAt.getTime() / 1000);
        expect(set.get(5)).toBe(claims.notBefore && claims.notBefore.getTime() / 1000);
        expect(set.get(7)).toEqual(fromHex(claims.credentialId));
        expect((set.get(-65537) as unknown[]).slice(0, 2)).toEqual([claims.statusIndex, claims.firstName]);
        expect(verify(null, encode(['Signature1', header, empty, payload]), publicKey, signature!)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is accepted when it wrote it, and is the very text that we write', async () => {
    await fc.assert(
      fc.asyncProperty(anyClaims, async (claims) => {
        const token = theirs(claims);
        expect(verifyCredentialSync(token, keys, { now })).toEqual({ ok: true, kid: 'K1', claims });
        expect(await signCredential(claims, nodeSigner(key))).toBe(token);
      }),
      { numRuns: 50 },
    );
  });
});

/** Published messages of other algorithms: what is signed is put together in the same way, and their signatures say so. */
describe('what a COSE_Sign1 signature covers', () => {
  const ecdsa = (x: string, y: string) => {
    const [xText, yText] = [x, y].map((hex) => Buffer.from(hex, 'hex').toString('base64url'));
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: xText, y: yText }, format: 'jwk' });
  };
  const genuine = (message: string, publicKey: ReturnType<typeof ecdsa>) => {
    const { contents } = decode<{ contents: Uint8Array<ArrayBuffer>[] }>(fromHex(message));
    const [header, , payload, signature] = contents;
    const signed = bytesToSign(header!, payload!);
    return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature!);
  };

  it('is as in RFC 9052 appendix C.2.1', () => {
    const message =
      'd28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c08' +
      '3106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36';
    const publicKey = ecdsa(
      'bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff',
      '20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e',
    );
    expect(genuine(message, publicKey)).toBe(true);
    expect(genuine(message.replace('54686973', '54686963'), publicKey)).toBe(false);
  });

  it('is as in RFC 8392 appendix A.3', () => {
    const message =
      'd28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d0265' +
      '6572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158' +
      '405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b6' +
      '3632c57209120e1c9e30';
    const publicKey = ecdsa(
      '143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f',
      '60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9',
    );
    expect(genuine(message, publicKey)).toBe(true);
  });
});

describe('the frame that we lay down byte by byte', () => {
  it.each([0, 1, 23, 24, 255, 256, 1000, 65_535])('is what a CBOR library writes around %d bytes', (length) => {
    const [header, payload] = [new Uint8Array(3).fill(7), new Uint8Array(length).fill(9)];
    const signature = new Uint8Array(64).fill(5);
    const empty = new Uint8Array(0);
    expect(bytesToSign(header, payload)).toEqual(encodeByCborg(['Signature1', header, empty, payload]));
    expect(bytesToSign(payload, header)).toEqual(encodeByCborg(['Signature1', payload, empty, header]));
    const whole = encodeByCborg([header, new Map(), payload, signature]);
    expect(encodeSign1({ protectedHeader: header, payload, signature })).toEqual(whole);
  });
});

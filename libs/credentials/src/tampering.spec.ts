import { beforeAll, describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import { decodeBase32, encodeBase32 } from './base32.js';
import { fromHex, type Bytes } from './bytes.js';
import { encodeClaims, type CredentialClaims } from './claims.js';
import { bytesToSign, decodeSign1, encodeSign1, hasCanonicalS, protectedHeaderFor, type Sign1 } from './cose-sign1.js';
import { signCredential, verifyCredentialSync, type CredentialRefusal } from './credential.js';
import { generateSigningKey, nodeSigner, NodeVerifyingKeys } from './node-keys.js';

const key = { ...generateSigningKey(), kid: 'K1' };
const signer = nodeSigner(key);
const keys = new NodeVerifyingKeys([{ publicJwk: { ...key.publicJwk, kid: 'K1' } }]);
const now = new Date('2027-03-01T12:00:00Z');
const claims: CredentialClaims = {
  credentialId: '0123456789abcdef',
  expiresAt: new Date('2028-12-01T00:00:00Z'),
  notBefore: new Date('2027-01-01T00:00:00Z'),
  statusIndex: 734_112,
  kind: 'young',
  firstName: 'Siân',
};
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

let token: string;
let bytes: Bytes;
let parts: Sign1;
beforeAll(async () => {
  token = await signCredential(claims, signer);
  bytes = decodeBase32(token)!;
  parts = decodeSign1(bytes)!;
});

function reasonFor(text: string): CredentialRefusal | 'ok' {
  const check = verifyCredentialSync(text, keys, { now });
  return check.ok ? 'ok' : check.reason;
}

function reasonForBytes(altered: Uint8Array): CredentialRefusal | 'ok' {
  return reasonFor(encodeBase32(altered));
}

/** A message truly signed by our key, with the parts given: what a bug in an issuer could make. */
async function signed(protectedHeader: Bytes, payload: Bytes): Promise<Bytes> {
  const signature = Uint8Array.from(await signer.sign(bytesToSign(protectedHeader, payload)));
  return encodeSign1({ protectedHeader, payload, signature });
}

function joined(...pieces: (Uint8Array | number[])[]): Bytes {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

describe('an altered credential', () => {
  it('was accepted before it was altered', () => {
    expect(reasonFor(token)).toBe('ok');
    expect(reasonForBytes(bytes)).toBe('ok');
  });

  it('is refused whichever bit is turned', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(reasonForBytes(altered)).toMatch(/^(malformed|bad_signature|unknown_issuer)$/);
    }
  });

  it('is refused whichever character is changed, and wherever it is cut', () => {
    for (let at = 0; at < token.length; at++) {
      expect(reasonFor(token.slice(0, at))).toBe('malformed');
      for (const other of 'AZ27Q') {
        if (other === token[at]) continue;
        expect(reasonFor(token.slice(0, at) + other + token.slice(at + 1))).not.toBe('ok');
      }
    }
  });

  it('is refused with another text of the same bytes', () => {
    // The last character carries left-over bits unless the length is a multiple of five bytes.
    expect(bytes.length % 5).not.toBe(0);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    for (const last of alphabet) {
      const text = token.slice(0, -1) + last;
      if (text !== token) expect(reasonFor(text)).not.toBe('ok');
    }
    expect(reasonFor(`${token}A`)).toBe('malformed');
    expect(reasonFor(`${token}======`)).toBe('malformed');
  });

  it.each<[string, () => Uint8Array]>([
    [
      'an entry in the unprotected header',
      () => {
        const { protectedHeader, payload, signature } = parts;
        return encode([protectedHeader, new Map([[4, Uint8Array.of(1)]]), payload, signature]);
      },
    ],
    ['tag 18', () => joined([0xd2], bytes)],
    ['tag 61 (CWT) and tag 18', () => joined([0xd8, 61, 0xd2], bytes)],
    ['an array of indefinite length', () => joined([0x9f], bytes.subarray(1), [0xff])],
    [
      'an unprotected map of indefinite length',
      () => {
        const at = 1 + 1 + parts.protectedHeader.length;
        return joined(bytes.subarray(0, at), [0xbf, 0xff], bytes.subarray(at + 1));
      },
    ],
    [
      'a payload in chunks',
      () => {
        const { protectedHeader, payload, signature } = parts;
        const chunks = joined([0x5f], encode(payload.slice(0, 9)), encode(payload.slice(9)), [0xff]);
        return joined([0x84], encode(protectedHeader), [0xa0], chunks, encode(signature));
      },
    ],
    ['a longer form of the array’s length', () => joined([0x98, 4], bytes.subarray(1))],
    [
      'a longer form of a string’s length',
      () => {
        const { protectedHeader, payload, signature } = parts;
        const longer = joined([0x59, 0, payload.length], payload);
        return joined([0x84], encode(protectedHeader), [0xa0], longer, encode(signature));
      },
    ],
    ['a fifth element', () => joined([0x85], bytes.subarray(1), [0xf6])],
    ['three elements', () => encode([parts.protectedHeader, new Map(), parts.payload])],
    ['a byte after the end', () => joined(bytes, [0])],
    ['a detached payload', () => encode([parts.protectedHeader, new Map(), null, parts.signature])],
    ['a text for the payload', () => encode([parts.protectedHeader, new Map(), 'x', parts.signature])],
    ['a list for the unprotected header', () => encode([parts.protectedHeader, [], parts.payload, parts.signature])],
    ['a short signature', () => encode([parts.protectedHeader, new Map(), parts.payload, parts.signature.slice(1)])],
    ['nothing but depth', () => new Uint8Array(600).fill(0x81)],
    ['a length that is not there', () => Uint8Array.of(0x9b, 0, 0, 0, 1, 0, 0, 0, 0)],
  ])('is malformed with %s', (_, altered) => expect(reasonForBytes(altered())).toBe('malformed'));

  it.each<[string, () => string]>([
    ['no algorithm', () => 'a104424b31'],
    ['another algorithm (ES256)', () => 'a2012604424b31'],
    ['no key id', () => 'a10127'],
    ['a critical header', () => 'a3012702810404424b31'],
    ['a content type', () => 'a30127030004424b31'],
    ['its entries the other way round', () => 'a204424b310127'],
    ['a longer form of an integer', () => 'a201380704424b31'],
    ['an entry twice', () => 'a30127012704424b31'],
    ['a text for the key id', () => 'a2012704624b31'],
    ['a key id of strange bytes', () => 'a20127044200ff'],
    ['an empty key id', () => 'a201270440'],
    ['a key id of nine bytes', () => 'a2012704494b4b4b4b4b4b4b4b4b'],
    ['no header at all', () => ''],
  ])('is malformed, though truly signed, with a protected header of %s', async (_, hex) => {
    const message = await signed(fromHex(hex()), encodeClaims(claims));
    expect(reasonForBytes(message)).toBe('malformed');
  });

  it.each<[string, (set: Map<number, unknown>) => unknown]>([
    ['one claim more', (set) => set.set(6, 1)],
    ['no expiry', (set) => set.delete(4) && set],
    ['a text for expiry', (set) => set.set(4, '2028')],
    ['a fraction for expiry', (set) => set.set(4, 1.5)],
    ['an expiry before the beginning', (set) => set.set(4, 1)],
    ['no id', (set) => set.delete(7) && set],
    ['a longer id', (set) => set.set(7, new Uint8Array(9))],
    ['a text for the id', (set) => set.set(7, '01234567')],
    ['no card part', (set) => set.delete(-65537) && set],
    ['an empty card part', (set) => set.set(-65537, [])],
    ['a card part with more', (set) => set.set(-65537, [1, 'Ann', 1, 1])],
    ['a kind that is adult twice over', (set) => set.set(-65537, [1, 'Ann', 0])],
    ['an unknown kind', (set) => set.set(-65537, [1, 'Ann', 3])],
    ['a negative index', (set) => set.set(-65537, [-1, 'Ann'])],
    ['an empty name', (set) => set.set(-65537, [1, ''])],
    ['a name that is too long', (set) => set.set(-65537, [1, 'x'.repeat(31)])],
    ['a name with controls', (set) => set.set(-65537, [1, 'A\u0007'])],
    ['bytes for the name', (set) => set.set(-65537, [1, Uint8Array.of(65)])],
    ['a list instead of claims', () => [1, 2]],
    ['a number instead of claims', () => 7],
  ])('is malformed, though truly signed, with %s', async (_, alter) => {
    const set = new Map<number, unknown>([
      [4, 1_859_241_600],
      [5, 1_798_761_600],
      [7, fromHex(claims.credentialId)],
      [-65537, [734_112, 'Siân', 1]],
    ]);
    expect(encode(set)).toEqual(parts.payload);
    const payload = encode(alter(set)) as Bytes;
    expect(reasonForBytes(await signed(protectedHeaderFor('K1'), payload))).toBe('malformed');
  });

  it.each([
    ['keys out of order', 'a3 07480123456789abcdef 041a6ed1e680 3a00010000 820163416e6e'],
    ['a key twice', 'a4 041a6ed1e680 041a6ed1e680 07480123456789abcdef 3a00010000 820163416e6e'],
    ['a whole number written as a float', 'a3 04fb41dbb479a0000000 07480123456789abcdef 3a00010000 820163416e6e'],
    ['a longer form of a number', 'a3 041a6ed1e680 07480123456789abcdef 3a00010000 82180163416e6e'],
    ['broken UTF-8', 'a3 041a6ed1e680 07480123456789abcdef 3a00010000 820162c328'],
    ['undefined', 'a3 041a6ed1e680 07480123456789abcdef 3a00010000 83 01 63416e6e f7'],
  ])('is malformed, though truly signed, with claims that have %s', async (_, hex) => {
    const payload = fromHex(hex.replaceAll(' ', ''));
    expect(reasonForBytes(await signed(protectedHeaderFor('K1'), payload))).toBe('malformed');
  });

  it('is accepted with the same claims written properly, so that the refusals above are for their reason', async () => {
    const payload = fromHex('a3041a6ed1e68007480123456789abcdef3a00010000820163416e6e');
    expect(reasonForBytes(await signed(protectedHeaderFor('K1'), payload))).toBe('ok');
  });

  it('is refused with S + L for S, the second form of the same signature', () => {
    const s = parts.signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    expect(s < L).toBe(true);
    const second = parts.signature.slice();
    for (let i = 0, rest = s + L; i < 32; i++, rest >>= 8n) second[32 + i] = Number(rest & 255n);
    expect(hasCanonicalS(second)).toBe(false);
    expect(reasonForBytes(encodeSign1({ ...parts, signature: second }))).toBe('bad_signature');
  });

  it('has S counted from L upwards as too large', () => {
    const withS = (s: bigint) => {
      const signature = new Uint8Array(64);
      for (let i = 0, rest = s; i < 32; i++, rest >>= 8n) signature[32 + i] = Number(rest & 255n);
      return signature;
    };
    expect([0n, 1n, L - 1n].map((s) => hasCanonicalS(withS(s)))).toEqual([true, true, true]);
    expect([L, L + 1n, 2n ** 256n - 1n].map((s) => hasCanonicalS(withS(s)))).toEqual([false, false, false]);
  });

  it('is refused with the signature of another credential', async () => {
    const other = decodeSign1(decodeBase32(await signCredential({ ...claims, statusIndex: 1 }, signer))!)!;
    expect(reasonForBytes(encodeSign1({ ...parts, signature: other.signature }))).toBe('bad_signature');
    expect(reasonForBytes(encodeSign1({ ...parts, signature: new Uint8Array(64) }))).toBe('bad_signature');
  });
});

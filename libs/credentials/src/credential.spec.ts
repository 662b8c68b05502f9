import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { decodeBase32 } from './base32.js';
import { cardUrl } from './card-url.js';
import { newCredentialId, type CredentialClaims } from './claims.js';
import { decodeCredential, signCredential, verifyCredential, verifyCredentialSync } from './credential.js';
import { generateSigningKey, nodeSigner, NodeVerifyingKeys } from './node-keys.js';
import { printedName } from './printed-name.js';
import { rotate, toJwks } from './signing-key.js';
import { WebVerifyingKeys } from './web-keys.js';

const key = generateSigningKey();
const keys = new NodeVerifyingKeys([key]);
const signer = nodeSigner(key);
const now = new Date('2027-03-01T12:00:00Z');
const claims: CredentialClaims = {
  credentialId: '0123456789abcdef',
  expiresAt: new Date('2028-12-01T00:00:00Z'),
  statusIndex: 734_112,
  kind: 'adult',
  firstName: 'Margaret',
};

const instants = fc.integer({ min: 1, max: 0xffff_ffff }).map((seconds) => new Date(seconds * 1000));
const anyClaims: fc.Arbitrary<CredentialClaims> = fc
  .record({
    credentialId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => newCredentialId(() => bytes)),
    expiresAt: instants,
    notBefore: fc.option(instants, { nil: undefined }),
    statusIndex: fc.oneof(fc.nat(70_000), fc.nat(0xffff_ffff)),
    kind: fc.constantFrom('adult' as const, 'young' as const, 'test' as const),
    firstName: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((name) => name.trim() !== '')
      .map(printedName),
  })
  .filter(({ notBefore, expiresAt }) => notBefore === undefined || notBefore < expiresAt)
  .map(({ notBefore, ...rest }) => (notBefore ? { ...rest, notBefore } : rest));

describe('a credential', () => {
  it('gives back its claims, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(anyClaims, async (given) => {
        const token = await signCredential(given, signer);
        expect(decodeCredential(token)).toMatchObject({ ok: true, kid: key.kid, claims: given });
        const at = { now: new Date(given.expiresAt.getTime() - 1) };
        expect(verifyCredentialSync(token, keys, at)).toEqual({ ok: true, kid: key.kid, claims: given });
      }),
      { numRuns: 200 },
    );
  });

  it('is about 110 to 120 bytes', async () => {
    const sizes = ['Jo', 'Margaret', 'Christopher'].map(async (firstName) => {
      const token = await signCredential({ ...claims, firstName }, signer);
      return decodeBase32(token)!.length;
    });
    expect(await Promise.all(sizes)).toEqual([110, 116, 119]);
  });

  it('is checked the same in a browser’s way as in Node’s', async () => {
    const web = await WebVerifyingKeys.from(toJwks([key]));
    const token = await signCredential(claims, signer);
    const forged = await signCredential(claims, { ...nodeSigner(generateSigningKey()), kid: key.kid });
    for (const text of [token, forged, token.slice(1), 'CC00000001D']) {
      expect(await verifyCredential(text, web, { now })).toEqual(verifyCredentialSync(text, keys, { now }));
      expect(await verifyCredential(text, keys, { now })).toEqual(verifyCredentialSync(text, keys, { now }));
    }
    expect((await verifyCredential(token, web, { now })).ok).toBe(true);
  });

  it('is accepted from its beginning until just before its expiry', async () => {
    const limited = { ...claims, notBefore: new Date('2027-01-01T00:00:00Z') };
    const token = await signCredential(limited, signer);
    const reasonAt = (instant: string) => {
      const check = verifyCredentialSync(token, keys, { now: new Date(instant) });
      return check.ok ? 'ok' : check.reason;
    };
    expect(reasonAt('2026-12-31T23:59:59.999Z')).toBe('not_yet_valid');
    expect(reasonAt('2027-01-01T00:00:00.000Z')).toBe('ok');
    expect(reasonAt('2028-11-30T23:59:59.999Z')).toBe('ok');
    expect(reasonAt('2028-12-01T00:00:00.000Z')).toBe('expired');
    expect(reasonAt('not a date')).toBe('expired');
  });

  it('tells whose it was when it has expired, but nothing when it is forged', async () => {
    const token = await signCredential(claims, signer);
    expect(verifyCredentialSync(token, keys, { now: claims.expiresAt })).toMatchObject({ reason: 'expired', claims });
    const forged = await signCredential(claims, { ...nodeSigner(generateSigningKey()), kid: key.kid });
    expect(verifyCredentialSync(forged, keys, { now })).toEqual({ ok: false, reason: 'bad_signature' });
  });

  it('of an issuer we do not know is refused as such', async () => {
    const token = await signCredential(claims, nodeSigner(generateSigningKey([key])));
    expect(verifyCredentialSync(token, keys, { now })).toEqual({ ok: false, reason: 'unknown_issuer' });
  });

  it('outlives a rotation of the keys', async () => {
    const token = await signCredential(claims, signer);
    const rotated = new NodeVerifyingKeys(rotate([key], generateSigningKey([key])));
    expect(verifyCredentialSync(token, rotated, { now }).ok).toBe(true);
  });

  it('is not let through by keys that answer something else than true', async () => {
    const token = await signCredential(claims, signer);
    const odd = { has: () => true, verify: () => 1 as unknown as boolean };
    expect(verifyCredentialSync(token, odd, { now })).toEqual({ ok: false, reason: 'bad_signature' });
  });

  it.each<[string, Partial<CredentialClaims>]>([
    ['a short id', { credentialId: '0123' }],
    ['an id in capitals', { credentialId: '0123456789ABCDEF' }],
    ['a negative index', { statusIndex: -1 }],
    ['a broken index', { statusIndex: 1.5 }],
    ['an index beyond 32 bits', { statusIndex: 2 ** 32 }],
    ['no name', { firstName: '' }],
    ['a name too long', { firstName: 'x'.repeat(31) }],
    ['a name with a line end', { firstName: 'A\nB' }],
    ['half a character', { firstName: 'A\ud800' }],
    ['an unknown kind', { kind: 'old' as 'adult' }],
    ['no date', { expiresAt: new Date(Number.NaN) }],
    ['an end after 2106', { expiresAt: new Date('2107-01-01') }],
    ['an end before its beginning', { notBefore: new Date('2029-01-01') }],
  ])('is not made with %s', async (_, wrong) => {
    await expect(signCredential({ ...claims, ...wrong }, signer)).rejects.toThrow(RangeError);
  });

  it('is not made by a signer with an impossible id or signature', async () => {
    await expect(signCredential(claims, { ...signer, kid: 'far-too-long' })).rejects.toThrow(RangeError);
    await expect(signCredential(claims, { kid: 'K1', sign: () => new Uint8Array(63) })).rejects.toThrow(RangeError);
  });
});

describe('what a scanner gives', () => {
  const host = 'https://card.dorset.example';

  it.each<[string, (token: string) => string]>([
    ['the bare token', (token) => token],
    ['the card URL', (token) => cardUrl(host, token)],
    ['an http URL with a port', (token) => cardUrl('http://127.0.0.1:3000', token)],
    ['a URL with host and path in small letters', (token) => `https://card.dorset.example/c/${token}`],
    ['all in small letters', (token) => cardUrl(host, token).toLowerCase()],
    ['white space around it', (token) => `\r\n\t ${cardUrl(host, token)} \n`],
  ])('is accepted as %s', async (_, shape) => {
    const text = shape(await signCredential(claims, signer));
    expect(verifyCredentialSync(text, keys, { now })).toMatchObject({ ok: true, claims });
  });

  it.each<[string, (token: string) => string]>([
    ['a blank inside', (token) => `${token.slice(0, 20)} ${token.slice(20)}`],
    ['padding', (token) => `${token}=`],
    ['another path', (token) => `${host}/D/${token}`],
    ['something after the token', (token) => `${host}/C/${token}?x=1`],
    ['a path before', (token) => `${host}/a/C/${token}`],
    ['another scheme', (token) => `ftp://card.dorset.example/C/${token}`],
    ['a cut end', (token) => token.slice(0, -2)],
    ['a doubled token', (token) => token + token],
    ['nothing', () => ''],
    ['only the address', () => `${host}/C/`],
    ['too much to read', (token) => token + ' '.repeat(1000)],
  ])('is refused with %s', async (_, shape) => {
    const text = shape(await signCredential(claims, signer));
    expect(verifyCredentialSync(text, keys, { now })).toEqual({ ok: false, reason: 'malformed' });
  });

  it('is refused with a foreign letter whose capital is the right one', async () => {
    let statusIndex = 0;
    let token = '';
    while (!token.includes('S')) token = await signCredential({ ...claims, statusIndex: statusIndex++ }, signer);
    const longS = token.replace('S', '\u017f');
    expect(longS.toUpperCase()).toBe(token);
    expect(verifyCredentialSync(longS, keys, { now })).toEqual({ ok: false, reason: 'malformed' });
    expect(verifyCredentialSync(cardUrl(host, token).replace(token, longS), keys, { now }).ok).toBe(false);
  });

  it('never throws and is never accepted when it is random: 20,000 texts', async () => {
    const token = await signCredential(claims, signer);
    const base32 = fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), maxLength: 300 });
    const spliced = fc
      .tuple(fc.nat(token.length), fc.nat(token.length), base32)
      .map(([a, b, middle]) => token.slice(0, a) + middle + token.slice(b))
      .filter((text) => text !== token);
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1200 }),
      base32,
      base32.map((text) => `HTTPS://CARD.EXAMPLE/C/${text}`),
      // Begins as a message does, so that the CBOR reader is reached.
      base32.map((text) => token.slice(0, 16) + text),
      spliced,
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(verifyCredentialSync(text, keys, { now }).ok).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  }, 120_000);

  it.each([undefined, null, 5, {}, ['A']])('is refused when it is not text at all: %p', async (odd) => {
    expect(verifyCredentialSync(odd as string, keys, { now })).toEqual({ ok: false, reason: 'malformed' });
    expect(await verifyCredential(odd as string, keys, { now })).toEqual({ ok: false, reason: 'malformed' });
  });

  it('is refused unread when it is very long', () => {
    const long = 'A'.repeat(50_000_000);
    // Time of the processor, not of the clock: another program may have its turn in between.
    const start = process.cpuUsage();
    expect(decodeCredential(long)).toEqual({ ok: false, reason: 'malformed' });
    expect(process.cpuUsage(start).user).toBeLessThan(50_000);
  });

  it('has ids that differ', () => {
    expect(newCredentialId(randomBytes)).toMatch(/^[0-9a-f]{16}$/);
    expect(newCredentialId(randomBytes)).not.toBe(newCredentialId(randomBytes));
  });
});

describe('the card URL', () => {
  it('is in capitals up to the token', () => {
    expect(cardUrl('https://card.dorset.example/', 'MFRA')).toBe('HTTPS://CARD.DORSET.EXAMPLE/C/MFRA');
    expect(cardUrl('http://127.0.0.1:3000', 'MFRA')).toBe('HTTP://127.0.0.1:3000/C/MFRA');
  });

  it.each([
    '',
    'card.example',
    'ftp://card.example',
    'https://card.example/sub',
    'https://a@card.example',
    'https://c.example?x',
  ])('is not made on %j', (publicUrl) => expect(() => cardUrl(publicUrl, 'MFRA')).toThrow(RangeError));

  it('is not made of what is no token', () => {
    expect(() => cardUrl('https://card.example', 'mfra')).toThrow(RangeError);
    expect(() => cardUrl('https://card.example', '../x')).toThrow(RangeError);
  });
});

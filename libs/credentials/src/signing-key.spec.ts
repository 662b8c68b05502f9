import { describe, expect, it } from '@jest/globals';
import { formatSigningKeys, generateSigningKey, nodeSigner, NodeVerifyingKeys, parseSigningKeys } from './node-keys.js';
import { readPublicJwk, rotate, signingKeyOf, SigningKeysInvalid, toJwks, type SigningKey } from './signing-key.js';

const now = new Date('2027-03-01T12:00:00Z');
const message = Uint8Array.of(1, 2, 3);

/** The key of RFC 8037 appendix A.1 (also RFC 8032 section 7.1, test 1). */
const published = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  kid: 'K1',
  use: 'sig',
  alg: 'EdDSA',
};

function read(...jwks: object[]): SigningKey[] {
  return parseSigningKeys(JSON.stringify(jwks));
}

describe('the card signing keys setting', () => {
  it('reads a key pair and signs as RFC 8032 section 7.1 test 1 does', async () => {
    const [key] = read(published);
    expect(key).toMatchObject({ kid: 'K1', status: 'active', privateJwk: { d: published.d } });
    const signature = await nodeSigner(signingKeyOf([key!], now)).sign(new Uint8Array(0));
    expect(Buffer.from(signature).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('reads back what it writes, time and status included', () => {
    const old = { ...generateSigningKey(), status: 'verifying' as const };
    const next = { ...generateSigningKey([old]), notBefore: new Date('2028-01-01T00:00:00Z') };
    const ring = [generateSigningKey([old, next]), next, old];
    expect(parseSigningKeys(formatSigningKeys(ring))).toEqual(ring);
  });

  it('takes a key without a private part as one that only verifies', () => {
    const { d: _, ...publicOnly } = { ...published, kid: 'OLD' };
    const ring = read(generateSigningKey().privateJwk, publicOnly);
    expect(ring[1]).toEqual({ kid: 'OLD', publicJwk: publicOnly, status: 'verifying' });
  });

  it.each<[string, object[]]>([
    ['no key', []],
    ['only verifying keys', [{ ...published, status: 'verifying' }]],
    ['two keys of one id', [published, { ...generateSigningKey().privateJwk, kid: 'K1' }]],
    ['another curve', [{ ...published, crv: 'X25519' }]],
    ['another algorithm', [{ ...published, alg: 'ES256' }]],
    ['another use', [{ ...published, use: 'enc' }]],
    ['no id', [{ ...published, kid: undefined }]],
    ['an id too long for a QR code', [{ ...published, kid: 'K12345678' }]],
    ['a short public part', [{ ...published, x: 'AAAA' }]],
    ['a public part with left-over bits', [{ ...published, x: published.x.slice(0, -1) + 'p' }]],
    ['a private part that is not text', [{ ...published, d: 5 }]],
    ['halves of two pairs', [{ ...published, x: generateSigningKey().publicJwk.x }]],
    ['an unknown status', [{ ...published, status: 'maybe' }]],
    ['active without private part', [{ ...published, d: undefined, status: 'active' }]],
    ['a time that is none', [{ ...published, nbf: '2027' }]],
    ['null for a key', [null as unknown as object]],
  ])('refuses %s', (_, jwks) => expect(() => read(...jwks)).toThrow(SigningKeysInvalid));

  it.each(['', '{}', 'null', '[', `[{"d":"${published.d}"`])('refuses %j without quoting it', (json) => {
    expect(() => parseSigningKeys(json)).toThrow(SigningKeysInvalid);
    expect(() => parseSigningKeys(json)).not.toThrow(new RegExp(published.d));
  });
});

describe('the key ring', () => {
  it('signs with the first active key whose time has come', () => {
    const next = { ...generateSigningKey(), notBefore: new Date('2027-03-01T12:00:01Z') };
    const first = generateSigningKey([next]);
    const second = generateSigningKey([next, first]);
    expect(signingKeyOf([next, first, second], now)).toBe(first);
    expect(signingKeyOf([next, first, second], next.notBefore)).toBe(next);
    expect(() => signingKeyOf([next], now)).toThrow(SigningKeysInvalid);
    expect(() => signingKeyOf([{ ...first, status: 'verifying' }], now)).toThrow(SigningKeysInvalid);
  });

  it('rotates: the new key signs, the old one still verifies, nothing given is changed', async () => {
    const old = generateSigningKey();
    const before = structuredClone([old]);
    const ring = rotate([old], generateSigningKey([old]));
    expect([old]).toEqual(before);
    expect(ring.map((key) => key.status)).toEqual(['active', 'verifying']);
    expect(signingKeyOf(ring, now).kid).toBe(ring[0]!.kid);

    const byOld = Uint8Array.from(await nodeSigner(old).sign(message));
    const keys = new NodeVerifyingKeys(ring);
    expect(keys.verify(old.kid, message, byOld)).toBe(true);
    expect(keys.verify(ring[0]!.kid, message, byOld)).toBe(false);
    expect(keys.has('none')).toBe(false);
    expect(keys.verify('none', message, byOld)).toBe(false);
  });

  it('does not rotate to a taken id or to a key that cannot sign', () => {
    const old = generateSigningKey();
    const { privateJwk: _, ...publicOnly } = generateSigningKey([old]);
    expect(() => rotate([old], { ...generateSigningKey(), kid: old.kid })).toThrow(SigningKeysInvalid);
    expect(() => rotate([old], publicOnly)).toThrow(SigningKeysInvalid);
  });

  it('publishes the public halves only', () => {
    const ring = [generateSigningKey(), { ...read(published)[0]!, status: 'verifying' as const }];
    const leaky = ring.map((key) => ({ ...key, publicJwk: { ...key.publicJwk, d: key.privateJwk?.d } }));
    const jwks = toJwks(leaky);
    expect(JSON.stringify(jwks)).not.toMatch(/"d"/);
    expect(jwks.keys.map(readPublicJwk)).toEqual(ring.map((key) => key.publicJwk));
    expect(jwks.keys[1]).toEqual({ kty: 'OKP', crv: 'Ed25519', x: published.x, kid: 'K1', use: 'sig', alg: 'EdDSA' });
  });

  it('makes a new key each time, with an id that is free', () => {
    const ring: SigningKey[] = [];
    for (let i = 0; i < 200; i++) ring.push(generateSigningKey(ring));
    expect(new Set(ring.map((key) => key.kid)).size).toBe(200);
    expect(new Set(ring.map((key) => key.publicJwk.x)).size).toBe(200);
  });
});

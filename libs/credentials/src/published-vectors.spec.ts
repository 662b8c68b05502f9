import { describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { encodeBase32 } from './base32.js';
import { fromHex, toHex, type Bytes } from './bytes.js';
import { decodeClaims } from './claims.js';
import { bytesToSign, decodeSign1, protectedHeaderFor } from './cose-sign1.js';
import { decodeStrictly } from './library-reading.js';
import { decodeCredential, signCredential, verifyCredentialSync } from './credential.js';
import { nodeSigner, NodeVerifyingKeys, parseSigningKeys } from './node-keys.js';

/** RFC 8032 section 7.1, test 1; also the key "11" of the COSE working group's EdDSA examples. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const base64Url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: base64Url(PUBLIC), kid: 'K1', use: 'sig', alg: 'EdDSA' };
const [key] = parseSigningKeys(JSON.stringify([{ ...publicJwk, d: base64Url(SEED) }]));
const pair = { ...key!, privateJwk: key!.privateJwk! };
const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });

describe('RFC 8032 section 7.1', () => {
  it.each([
    [
      SEED,
      PUBLIC,
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ])('is how the signer and the verifier work (seed %s)', async (seed, publicHex, message, signature) => {
    const jwk = { ...publicJwk, x: base64Url(publicHex), d: base64Url(seed) };
    const [one] = parseSigningKeys(JSON.stringify([jwk]));
    const made = await nodeSigner({ ...one!, privateJwk: one!.privateJwk! }).sign(fromHex(message));
    expect(toHex(made)).toBe(signature);
    expect(new NodeVerifyingKeys([one!]).verify('K1', fromHex(message), fromHex(signature))).toBe(true);
  });
});

describe('the COSE working group’s eddsa-sig-01 example', () => {
  const payload = new TextEncoder().encode('This is the content.') as Bytes;
  const signature = fromHex(
    '7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb87' +
      '11497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d',
  );
  const published = `d28445a201270300a10442313154546869732069732074686520636f6e74656e742e5840${toHex(signature)}`;

  it('has our Sig_structure, and a signature over it that we can check', () => {
    const toBeSigned = bytesToSign(fromHex('a201270300'), payload);
    expect(toHex(toBeSigned)).toBe('846a5369676e61747572653145a2012703004054546869732069732074686520636f6e74656e742e');
    expect(verify(null, toBeSigned, publicKey, signature)).toBe(true);
  });

  it('is not a credential: tagged, its key id unprotected, another header', () => {
    expect(decodeSign1(fromHex(published))).toBeNull();
    expect(decodeSign1(fromHex(published.slice(2)))).toBeNull();
    expect(decodeCredential(encodeBase32(fromHex(published))).ok).toBe(false);
  });
});

describe('RFC 8392 appendix A.1', () => {
  const published =
    'a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e' +
    '6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b71';

  it('is read strictly to the claims it prints, with the keys that ours use, and written back the same', () => {
    const set = decodeStrictly(fromHex(published));
    expect(set).toEqual(
      new Map<number, unknown>([
        [1, 'coap://as.example.com'],
        [2, 'erikw'],
        [3, 'coap://light.example.com'],
        [4, 1444064944],
        [5, 1443944944],
        [6, 1443944944],
        [7, fromHex('0b71')],
      ]),
    );
    expect(toHex(encode(set))).toBe(published);
  });

  it('does not hold a card’s claims', () => {
    expect(decodeClaims(fromHex(published))).toBeNull();
  });
});

/** Everything by hand from the RFCs, with no code of this lib: what another implementation would write. */
describe('a credential written by hand', () => {
  const header = 'a2012704424b31'; // {1: -8, 4: 'K1'}, 7 bytes
  const payload = [
    'a4', // a map of four
    '041a6ed1e680', // exp
    '051a6b36ec80', // nbf
    '07480123456789abcdef', // cti
    '3a00010000', // -65537 …
    '831a000b33a0655369c3a26e01', // … [734112, 'Siân', 1]
  ].join('');
  const payloadString = `58${(payload.length / 2).toString(16)}${payload}`;

  it('is the one that we write, and is accepted', async () => {
    const structure = `846a5369676e61747572653147${header}40${payloadString}`;
    const seed = Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex');
    const privateKey = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
    const signature = sign(null, Buffer.from(structure, 'hex'), privateKey).toString('hex');
    const token = encodeBase32(fromHex(`8447${header}a0${payloadString}5840${signature}`));
    const claims = {
      credentialId: '0123456789abcdef',
      expiresAt: new Date(0x6ed1e680 * 1000),
      notBefore: new Date(0x6b36ec80 * 1000),
      statusIndex: 734_112,
      kind: 'young' as const,
      firstName: 'Siân',
    };
    expect(await signCredential(claims, nodeSigner(pair))).toBe(token);
    const at = { now: new Date('2027-06-01') };
    expect(verifyCredentialSync(token, new NodeVerifyingKeys([pair]), at)).toEqual({ ok: true, kid: 'K1', claims });
  });

  it('has the protected header that a general CBOR encoder writes', () => {
    for (const kid of ['K', 'K1', 'GB5', '12345678']) {
      const general = encode(
        new Map<number, unknown>([
          [1, -8],
          [4, new TextEncoder().encode(kid)],
        ]),
      );
      expect(protectedHeaderFor(kid)).toEqual(general);
    }
    expect(toHex(protectedHeaderFor('K1'))).toBe(header);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compactVerify, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import { deflateSync, inflateSync } from 'node:zlib';
import { fromBase64Url, toBase64Url } from './bytes.js';
import { signJws } from './compact-jws.js';
import { inflate } from './inflate.js';
import { generateSigningKey, nodeSigner, NodeVerifyingKeys } from './node-keys.js';
import { signStatusChanges, signStatusList } from './node-status-list.js';
import { packStatuses, statusAt } from './status-bits.js';
import { parseStatusChanges, StatusList, StatusListInvalid } from './status-list.js';
import { WebVerifyingKeys } from './web-keys.js';

const key = { ...generateSigningKey(), kid: 'K1' };
const signer = nodeSigner(key);
const publicJwk = { ...key.publicJwk, kid: 'K1' };
const keys = new NodeVerifyingKeys([{ publicJwk }]);
const url = 'https://card.example/api/v1/status-list';
const issuedAt = new Date('2027-03-01T12:00:00Z');
const expiresAt = new Date('2027-03-31T12:00:00Z');

const listed = (statuses: [number, number][], size = 64) =>
  signStatusList({ url, bytes: packStatuses(size, statuses), issuedAt, expiresAt, ttl: 900 }, signer);
/** A list truly signed, whatever it holds. */
const signed = (payload: object, typ = 'statuslist+jwt') => signJws(typ, payload, signer);
const seconds = issuedAt.getTime() / 1000;
const refused = (jwt: string) => expect(StatusList.parse(jwt, keys)).rejects.toThrow(StatusListInvalid);

describe('the Token Status List’s examples', () => {
  // draft-ietf-oauth-status-list-21 section 4.1: twelve statuses of two bits.
  it('are packed as printed', () => {
    const statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    const bytes = Uint8Array.of(0xc9, 0x44, 0xf9);
    statuses.forEach((status, index) => expect(statusAt(bytes, index)).toBe(status === 3 ? 1 : status));
    expect(
      packStatuses(
        12,
        statuses.map((s, i) => [i, s] as [number, number]).filter(([, s]) => s < 3),
      ),
    ).toEqual(Uint8Array.of(0x09, 0x44, 0x09));
  });

  it('are unpacked from the printed text', async () => {
    expect(await inflate(fromBase64Url('eNo76fITAAPfAgc')!, 3)).toEqual(Uint8Array.of(0xc9, 0x44, 0xf9));
    expect(await inflate(fromBase64Url('eNrbuRgAAhcBXQ')!, 2)).toEqual(Uint8Array.of(0xb9, 0xa3));
  });

  // The same draft, appendix C.2: a million places of two bits.
  it('are read by a list of ours', async () => {
    const lst =
      'eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGVIAAAAAABAbiEBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEB5WwIAAAAAAA' +
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID0ugQAAAAA' +
      'AAAAAAAAAAAAQG12SgAAAAAAAAAAAAAAAAAAAAAAAAAAAOCSIQEAAAAAAAAAAAAAAAAAAAAAAAD8ExIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
      'AAAAAAAAAAwJEuAQAAAAAAAAAAAAAAAAAAAAAAAMB9SwIAAAAAAAAAAAAAAAAAAACoYUoAAAAAAAAAAAAAAEBqH81gAQw';
    const list = await StatusList.parse(await signed({ iat: seconds, status_list: { bits: 2, lst } }), keys);
    expect(list.size).toBe(2 ** 20);
    // The last is printed as 3, which is nobody's and so counts as invalid.
    const printed = [
      [0, 1],
      [1993, 2],
      [25460, 1],
      [159495, 1],
      [495669, 1],
      [554353, 1],
      [645645, 2],
      [723232, 1],
      [854545, 1],
      [934534, 2],
      [1000345, 1],
    ] as const;
    expect(printed.map(([index]) => [index, list.statusOf(index)])).toEqual(printed);
    const bytes = await inflate(fromBase64Url(lst)!, 2 ** 18);
    expect(bytes!.filter((byte) => byte !== 0)).toHaveLength(printed.length);
  });
});

describe('a status list', () => {
  it('gives each place its status, and null outside', async () => {
    const list = await StatusList.parse(await listed([[3, 1], [4, 2], [63, 1]]), keys); // prettier-ignore
    expect([0, 3, 4, 5, 63].map((index) => list.statusOf(index))).toEqual([0, 1, 2, 0, 1]);
    for (const outside of [64, -1, 1.5, NaN, Infinity, 2 ** 40]) expect(list.statusOf(outside)).toBeNull();
    expect(list).toMatchObject({ size: 64, issuedAt, expiresAt });
  });

  it('holds whatever was put in', async () => {
    const statuses = fc.uniqueArray(fc.tuple(fc.nat(4095), fc.constantFrom(1, 2)), { selector: ([index]) => index });
    await fc.assert(
      fc.asyncProperty(statuses, async (put) => {
        const list = await StatusList.parse(await listed(put, 4096), keys);
        const expected = new Map(put);
        const wrong = Array.from({ length: 4096 }, (_, index) => index).filter(
          (index) => list.statusOf(index) !== (expected.get(index) ?? 0),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('is the same text for the same content', async () => {
    expect(await listed([[3, 1]])).toBe(await listed([[3, 1]]));
    expect(await listed([[3, 1]])).not.toBe(await listed([[3, 2]]));
  });

  it('is a JWT that another implementation checks and reads', async () => {
    const jwt = await listed([[9, 1]]);
    const { payload } = await compactVerify(jwt, await importJWK(publicJwk, 'EdDSA'));
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'EdDSA', kid: 'K1', typ: 'statuslist+jwt' });
    const { status_list: list, ...claims } = JSON.parse(new TextDecoder().decode(payload)) as Record<string, object>;
    expect(claims).toEqual({ sub: url, iat: seconds, exp: seconds + 30 * 86_400, ttl: 900 });
    const { bits, lst } = list as { bits: number; lst: string };
    expect(bits).toBe(2);
    expect([...inflateSync(Buffer.from(lst, 'base64url'))].slice(0, 4)).toEqual([0, 0, 4, 0]);
  });

  it('is read when another implementation wrote it, in Node and with a browser’s keys', async () => {
    const lst = deflateSync(Uint8Array.of(0b1001)).toString('base64url');
    const jwt = await new SignJWT({ status_list: { bits: 2, lst } })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'K1', typ: 'statuslist+jwt' })
      .setIssuedAt(issuedAt)
      .sign(await importJWK({ ...key.privateJwk }, 'EdDSA'));
    for (const each of [keys, await WebVerifyingKeys.from({ keys: [publicJwk] })]) {
      const list = await StatusList.parse(jwt, each);
      expect([list.statusOf(0), list.statusOf(1), list.expiresAt]).toEqual([1, 2, null]);
    }
  });
});

describe('changes to a list', () => {
  const changed = (changes: [number, 0 | 1 | 2][], facts: { since?: Date; size?: number } = {}) =>
    signStatusChanges(
      { issuedAt: new Date('2027-03-01T12:15:00Z'), since: issuedAt, size: 64, changes, ...facts },
      signer,
    );

  it('bring it up to date, both ways', async () => {
    const list = await StatusList.parse(await listed([[3, 1], [4, 2]]), keys); // prettier-ignore
    list.apply(await parseStatusChanges(await changed([[4, 0], [5, 1]]), keys)); // prettier-ignore
    expect([3, 4, 5, 6].map((index) => list.statusOf(index))).toEqual([1, 0, 1, 0]);
  });

  it('let it grow', async () => {
    const list = await StatusList.parse(await listed([[3, 1]]), keys);
    list.apply(await parseStatusChanges(await changed([[100, 2]], { size: 128 }), keys));
    expect([list.statusOf(3), list.statusOf(100), list.statusOf(127), list.statusOf(128)]).toEqual([1, 2, 0, null]);
  });

  it('are refused when they begin too late', async () => {
    const list = await StatusList.parse(await listed([]), keys);
    const late = await parseStatusChanges(await changed([], { since: new Date('2027-03-01T12:00:01Z') }), keys);
    expect(() => list.apply(late)).toThrow(StatusListInvalid);
  });

  it.each<[string, object]>([
    ['a place outside', { changes: [[64, 1]] }],
    ['a status that is none', { changes: [[1, 3]] }],
    ['a change of three', { changes: [[1, 1, 1]] }],
    ['no changes', { changes: null }],
    ['no size', { size: undefined }],
    ['an enormous size', { size: 2 ** 32 }],
    ['a time that is none', { iat: 'now' }],
  ])('are refused, though truly signed, with %s', async (_, wrong) => {
    const payload = { iat: seconds, since: seconds, size: 64, changes: [], ...wrong };
    const jwt = await signed(payload, 'statuslist-changes+jwt');
    await expect(parseStatusChanges(jwt, keys)).rejects.toThrow(StatusListInvalid);
  });

  it('are never taken for a list, nor a list for changes', async () => {
    await refused(await changed([]));
    await expect(parseStatusChanges(await listed([]), keys)).rejects.toThrow(StatusListInvalid);
  });
});

describe('what is no list of ours', () => {
  it('is refused whichever character is changed, and wherever it is cut', async () => {
    const jwt = await listed([[3, 1]]);
    for (let at = 0; at < jwt.length; at++) {
      await refused(jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1));
      await refused(jwt.slice(0, at));
    }
  });

  it.each<[string, (payload: string) => string]>([
    ['signed with nothing', (payload) => `${encoded({ alg: 'none', kid: 'K1', typ: 'statuslist+jwt' })}.${payload}.`],
    ['four parts', (payload) => `a.${payload}.b.c`],
    ['two parts', (payload) => `a.${payload}`],
    ['nothing', () => ''],
    ['seven million characters', () => 'a.'.repeat(3_500_000)],
  ])('is refused: %s', async (_, make) => {
    await refused(make(encoded({ iat: seconds, status_list: { bits: 2, lst: 'eNo76fITAAPfAgc' } })));
  });

  it('is refused by a header that says more than ours', async () => {
    const lst = 'eNo76fITAAPfAgc';
    for (const more of [{ crit: ['b64'], b64: true }, { zip: 'DEF' }]) {
      const header = encoded({ alg: 'EdDSA', kid: 'K1', typ: 'statuslist+jwt', ...more });
      const text = `${header}.${encoded({ iat: seconds, status_list: { bits: 2, lst } })}`;
      const signature = await signer.sign(new TextEncoder().encode(text));
      await refused(`${text}.${toBase64Url(signature)}`);
    }
  });

  it('is refused from a key that is not ours, even under the id of one that is', async () => {
    const stranger = generateSigningKey();
    const content = { url, bytes: packStatuses(64, []), issuedAt, expiresAt, ttl: 900 };
    await refused(await signStatusList(content, nodeSigner(stranger)));
    await refused(await signStatusList(content, { ...nodeSigner(stranger), kid: 'K1' }));
  });

  const statuses = (lst: unknown, bits: unknown = 2) => ({ iat: seconds, status_list: { bits, lst } });
  const packed = deflateSync(Buffer.alloc(1000, 5));
  it.each<[string, object]>([
    ['one bit', statuses('eNo76fITAAPfAgc', 1)],
    ['no text', statuses(7)],
    ['padding', statuses('eNo76fITAAPfAgc=')],
    ['nothing', statuses('')],
    ['statuses cut off', statuses(packed.subarray(0, -6).toString('base64url'))],
    [
      'a wrong sum',
      statuses(
        Buffer.from(packed)
          .fill(0, packed.length - 4)
          .toString('base64url'),
      ),
    ],
    ['something behind the end', statuses(Buffer.concat([packed, Buffer.alloc(4)]).toString('base64url'))],
    ['raw deflate', statuses(packed.subarray(2, -4).toString('base64url'))],
    ['no statuses at all', statuses(deflateSync(Buffer.alloc(0)).toString('base64url'))],
    ['no time', { status_list: { bits: 2, lst: 'eNo76fITAAPfAgc' } }],
    ['no list', { iat: seconds }],
    ['a list that is null', { iat: seconds, status_list: null }],
    ['an array', []],
  ])('is refused, though truly signed, with %s', async (_, payload) => refused(await signed(payload)));

  it('is refused when it would unpack to more than memory should bear, without unpacking it', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 2 ** 20)).toString('base64url');
    const before = process.memoryUsage().rss;
    await refused(await signed(statuses(bomb)));
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 2 ** 20);
  });
});

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

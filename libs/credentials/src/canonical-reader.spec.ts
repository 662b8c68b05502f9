import { describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import fc from 'fast-check';
import { sameBytes, toHex, type Bytes } from './bytes.js';
import { decodeClaims, encodeClaims, type CredentialClaims } from './claims.js';
import { decodeSign1, encodeSign1, protectedHeaderFor, type Sign1 } from './cose-sign1.js';
import { decodeStrictly } from './library-reading.js';
import { printedName } from './printed-name.js';

const instant = fc.integer({ min: 1, max: 0xffff_fffe });
const claims = fc.record({
  credentialId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map(toHex),
  expiresAt: instant.map((seconds) => new Date((seconds + 1) * 1000)),
  statusIndex: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff })),
  kind: fc.constantFrom('adult', 'young', 'test'),
  firstName: fc.constantFrom('Ann', 'Siân', '李', 'Maria-Magdalena').map(printedName),
}) as fc.Arbitrary<CredentialClaims>;

/** Bytes in which a few were changed, put in or taken out. */
const altered = (whole: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      whole,
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'remove')), { maxLength: 3 }),
    )
    .map(([bytes, changes]) => {
      const list = [...bytes];
      for (const [at, byte, how] of changes) {
        const place = at % (list.length + 1);
        if (how === 'insert') list.splice(place, 0, byte);
        else list.splice(place, 1, ...(how === 'set' ? [byte] : []));
      }
      return Uint8Array.from(list);
    });

/** Maps as the library writes them, with values of every type where ours belong. */
const otherMaps = fc
  .array(
    fc.tuple(
      fc.constantFrom(4, 5, 7, -65537, 1),
      fc.oneof(
        instant,
        fc.double(),
        fc.string(),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.array(fc.oneof(fc.nat(), fc.string({ maxLength: 5 }), fc.boolean()), { maxLength: 4 }),
      ),
    ),
    { maxLength: 5 },
  )
  .map((entries) => encode(new Map(entries)));

/** What a credential's claims are by the library: what it reads, written back, gives the same bytes. */
function claimsByLibrary(payload: Bytes): CredentialClaims | null {
  const set = decodeStrictly(payload);
  if (!(set instanceof Map)) return null;
  const card = set.get(-65537) as unknown[];
  try {
    const read: CredentialClaims = {
      credentialId: toHex(set.get(7) as Uint8Array),
      expiresAt: new Date((set.get(4) as number) * 1000),
      ...(set.has(5) && { notBefore: new Date((set.get(5) as number) * 1000) }),
      statusIndex: card[0] as number,
      kind: (['adult', 'young', 'test'] as const)[(card[2] as number | undefined) ?? 0]!,
      firstName: card[1] as string,
    };
    return sameBytes(encodeClaims(read), payload) ? read : null;
  } catch {
    return null;
  }
}

function messageByLibrary(bytes: Bytes): Omit<Sign1, 'kid'> | null {
  const message = decodeStrictly(bytes);
  try {
    const [protectedHeader, , payload, signature] = message as Bytes[];
    const kid = (decodeStrictly(protectedHeader!) as Map<number, Bytes>).get(4)!;
    const isOurs =
      sameBytes(protectedHeaderFor(String.fromCharCode(...kid)), protectedHeader!) && signature!.length === 64;
    const parts = { protectedHeader: protectedHeader!, payload: payload!, signature: signature! };
    return isOurs && sameBytes(encodeSign1(parts), bytes) ? parts : null;
  } catch {
    return null;
  }
}

describe('what is read of a credential', () => {
  it('are the claims that the library reads and writes back the same, and none where it does not', () => {
    const written = claims.map((each) => encodeClaims(each) as Uint8Array);
    fc.assert(
      fc.property(fc.oneof(written, altered(written), otherMaps), (bytes) => {
        expect(decodeClaims(bytes as Bytes)).toEqual(claimsByLibrary(bytes as Bytes));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are the parts of a message that the library reads and writes back the same, and none where it does not', () => {
    const written = fc
      .tuple(
        fc.constantFrom('K', 'K1', 'ABCDEFGH'),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
      )
      .map(([kid, payload, signature]): Uint8Array =>
        encodeSign1({
          protectedHeader: protectedHeaderFor(kid),
          payload: payload as Bytes,
          signature: signature as Bytes,
        }),
      );
    fc.assert(
      fc.property(fc.oneof(written, altered(written)), (bytes) => {
        const read = decodeSign1(bytes as Bytes);
        const expected = messageByLibrary(bytes as Bytes);
        expect(read && toHex(encodeSign1(read))).toEqual(expected && toHex(encodeSign1(expected)));
      }),
      { numRuns: 3_000 },
    );
  });
});

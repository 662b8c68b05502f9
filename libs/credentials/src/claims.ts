import { encode } from 'cborg';
import { fromHex, toHex, type Bytes } from './bytes.js';
import { CanonicalReader } from './canonical-reader.js';
import { isPrintedName } from './printed-name.js';

/** Registered CWT claim keys (RFC 8392 section 4) and one of ours from the private-use range (below -65536). */
const EXP = 4;
const NBF = 5;
const CTI = 7;
const CARD = -65537;

/** The last of them as CBOR writes it, and the first bytes of the map and of the array in it, by how many they hold. */
const CARD_KEY = [0x3a, 0x00, 0x01, 0x00, 0x00];
const [MAP_OF_THREE, MAP_OF_FOUR, ARRAY_OF_TWO, ARRAY_OF_THREE] = [0xa3, 0xa4, 0x82, 0x83];

const CREDENTIAL_ID_BYTES = 8;
const MAX_UINT32 = 0xffff_ffff;
const KINDS = ['adult', 'young', 'test'] as const;

/** Whom the card is for. `test` cards train shops and count in no figure. */
export type CredentialKind = (typeof KINDS)[number];

/** All that a credential says. Nothing else personal than the first name printed on the card is ever added. */
export interface CredentialClaims {
  /** Sixteen lower-case hexadecimal characters (`cti`): the handle by which a credential is looked up. */
  credentialId: string;
  /** First instant at which it is no longer accepted (`exp`), in whole seconds. */
  expiresAt: Date;
  /** First instant at which it is accepted (`nbf`), in whole seconds. Left out when it may be used at once. */
  notBefore?: Date;
  /** Place in the signed status list, 0 to 2^32 - 1. */
  statusIndex: number;
  kind: CredentialKind;
  /** As `printedName` gives it. */
  firstName: string;
}

/** A fresh credential id: 64 random bits. The signature is what cannot be guessed; the id need only be unique. */
export function newCredentialId(randomBytes: (length: number) => Uint8Array): string {
  return toHex(randomBytes(CREDENTIAL_ID_BYTES));
}

/**
 * The CWT claims set as deterministic CBOR: `{4: exp, 5?: nbf, 7: cti, -65537: [status index, first name, kind?]}`.
 * The kind is 1 for young and 2 for test; adult, the usual one, is left out, and so is `nbf` where it has passed: each
 * byte makes the printed code harder to scan. Throws RangeError when a claim is out of its range.
 */
export function encodeClaims(claims: CredentialClaims): Bytes {
  const kind = KINDS.indexOf(claims.kind);
  const id = fromHex(claims.credentialId);
  if (kind < 0) throw new RangeError('Unknown kind of credential.');
  if (id.length !== CREDENTIAL_ID_BYTES) throw new RangeError('A credential id is eight bytes.');
  if (!isUint32(claims.statusIndex)) throw new RangeError('A status index is a whole number below 2^32.');
  if (!isPrintedName(claims.firstName)) throw new RangeError('The first name is not as printedName gives it.');
  const exp = seconds(claims.expiresAt);
  const set = new Map<number, unknown>([[EXP, exp]]);
  if (claims.notBefore) {
    const nbf = seconds(claims.notBefore);
    if (nbf >= exp) throw new RangeError('A credential must begin before it expires.');
    set.set(NBF, nbf);
  }
  set.set(CTI, id);
  set.set(CARD, kind === 0 ? [claims.statusIndex, claims.firstName] : [claims.statusIndex, claims.firstName, kind]);
  return encode(set) as Bytes;
}

/** The claims of a payload, or null when it holds anything else than exactly what `encodeClaims` writes. */
export function decodeClaims(payload: Bytes): CredentialClaims | null {
  const reader = new CanonicalReader(payload);
  const entries = reader.byte();
  const begins = entries === MAP_OF_FOUR;
  if ((entries !== MAP_OF_THREE && !begins) || !reader.passes(EXP)) return null;
  const exp = reader.number();
  if (exp === null || (begins && !reader.passes(NBF))) return null;
  const nbf = begins ? reader.number() : undefined;
  if (nbf === null || (nbf !== undefined && nbf >= exp) || !reader.passes(CTI)) return null;
  const cti = reader.byteString();
  if (cti?.length !== CREDENTIAL_ID_BYTES || !reader.passes(...CARD_KEY)) return null;
  const parts = reader.byte();
  const statusIndex = reader.number();
  const firstName = reader.text();
  if (statusIndex === null || !isPrintedName(firstName)) return null;
  const kind = parts === ARRAY_OF_TWO ? 0 : parts === ARRAY_OF_THREE ? reader.byte() : null;
  // An adult's is left out, so it must not be written.
  if (kind === null || kind >= KINDS.length || (kind === 0 && parts !== ARRAY_OF_TWO) || !reader.isAtEnd) return null;
  return {
    credentialId: toHex(cti),
    expiresAt: new Date(exp * 1000),
    ...(nbf !== undefined && { notBefore: new Date(nbf * 1000) }),
    statusIndex,
    kind: KINDS[kind]!,
    firstName,
  };
}

function isUint32(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_UINT32;
}

/** A NumericDate (RFC 8392 section 2): whole seconds since 1970, here at most 32 bits, which lasts until 2106. */
function seconds(instant: Date): number {
  const value = Math.floor(instant.getTime() / 1000);
  if (!isUint32(value)) throw new RangeError('The instant is not between 1970 and 2106.');
  return value;
}

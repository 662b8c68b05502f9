import { encode } from 'cborg';
import { fromHex, sameBytes, toHex, type Bytes } from './bytes.js';
import { decodeStrictly } from './cose-sign1.js';
import { isPrintedName } from './printed-name.js';

/** Registered CWT claim keys (RFC 8392 section 4) and one of ours from the private-use range (below -65536). */
const EXP = 4;
const NBF = 5;
const CTI = 7;
const CARD = -65537;

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
  const set = decodeStrictly(payload);
  if (!(set instanceof Map)) return null;
  const exp: unknown = set.get(EXP);
  const nbf: unknown = set.get(NBF);
  const cti: unknown = set.get(CTI);
  const card: unknown = set.get(CARD);
  if (set.size !== (nbf === undefined ? 3 : 4) || !isUint32(exp) || !Array.isArray(card)) return null;
  if (!(cti instanceof Uint8Array) || cti.length !== CREDENTIAL_ID_BYTES) return null;
  if (nbf !== undefined && (!isUint32(nbf) || nbf >= exp)) return null;
  const [statusIndex, firstName, kind = 0] = card as unknown[];
  if (card.length > 3 || !isUint32(statusIndex) || !isPrintedName(firstName) || !isKindNumber(kind)) return null;
  const claims: CredentialClaims = {
    credentialId: toHex(cti),
    expiresAt: new Date(exp * 1000),
    ...(nbf !== undefined && { notBefore: new Date(nbf * 1000) }),
    statusIndex,
    kind: KINDS[kind],
    firstName,
  };
  return sameBytes(encodeClaims(claims), payload) ? claims : null;
}

function isKindNumber(value: unknown): value is 0 | 1 | 2 {
  return value === 0 || value === 1 || value === 2;
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

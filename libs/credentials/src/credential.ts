import { decodeBase32, encodeBase32 } from './base32.js';
import type { Bytes } from './bytes.js';
import { readCredentialText } from './card-url.js';
import { decodeClaims, encodeClaims, type CredentialClaims } from './claims.js';
import { bytesToSign, decodeSign1, encodeSign1, hasCanonicalS, protectedHeaderFor } from './cose-sign1.js';

/** Why a credential is refused; a part of the till's one list of reasons. */
export type CredentialRefusal = 'malformed' | 'bad_signature' | 'unknown_issuer' | 'expired' | 'not_yet_valid';

/** Signs bytes with Ed25519 (RFC 8032), giving the 64 bytes R, S. */
export interface CredentialSigner {
  kid: string;
  sign(message: Bytes): Uint8Array | Promise<Uint8Array>;
}

/** The public keys a verifier trusts. `verify` is asked only about key ids for which `has` said yes. */
export interface VerifyingKeys<Answer extends boolean | Promise<boolean> = boolean | Promise<boolean>> {
  has(kid: string): boolean;
  verify(kid: string, message: Bytes, signature: Bytes): Answer;
}

/** A well-formed credential whose signature nobody has checked yet: trust nothing in it. */
export interface DecodedCredential {
  ok: true;
  kid: string;
  claims: CredentialClaims;
  /** The Sig_structure that the signature must cover. */
  signedBytes: Bytes;
  signature: Bytes;
}

export type CredentialCheck =
  | { ok: true; kid: string; claims: CredentialClaims }
  /** Genuine, but not now. The claims can be trusted and shown. */
  | { ok: false; reason: 'expired' | 'not_yet_valid'; kid: string; claims: CredentialClaims }
  | { ok: false; reason: 'malformed' | 'bad_signature' | 'unknown_issuer' };

/**
 * Makes the token of a credential: a CWT (RFC 8392) in COSE_Sign1 (RFC 9052), signed with EdDSA, in upper-case Base32.
 * Throws RangeError when a claim or the signer's key id is out of range.
 */
export async function signCredential(claims: CredentialClaims, signer: CredentialSigner): Promise<string> {
  const protectedHeader = protectedHeaderFor(signer.kid);
  const payload = encodeClaims(claims);
  const signature = Uint8Array.from(await signer.sign(bytesToSign(protectedHeader, payload)));
  if (signature.length !== 64) throw new RangeError('An Ed25519 signature is 64 bytes.');
  return encodeBase32(encodeSign1({ protectedHeader, payload, signature }));
}

/** Reads a scanned or typed text (a token or a card URL) without checking its signature. Never throws. */
export function decodeCredential(text: string): DecodedCredential | { ok: false; reason: 'malformed' } {
  const token = readCredentialText(text);
  const bytes = token === null ? null : decodeBase32(token);
  const message = bytes && decodeSign1(bytes);
  const claims = message && decodeClaims(message.payload);
  if (!claims) return { ok: false, reason: 'malformed' };
  const { kid, protectedHeader, payload, signature } = message;
  return { ok: true, kid, claims, signedBytes: bytesToSign(protectedHeader, payload), signature };
}

/**
 * Checks a scanned text: its form, its issuer, its signature, its validity at `now`. Says nothing about revocation: that
 * is the status list's and the database's. Never throws for any text, and refuses more than 1,000 characters unread.
 */
export async function verifyCredential(text: string, keys: VerifyingKeys, at: { now: Date }): Promise<CredentialCheck> {
  const credential = decodeCredential(text);
  if (!credential.ok) return credential;
  const early = refusedUnchecked(credential, keys);
  if (early) return early;
  return judge(credential, await keys.verify(credential.kid, credential.signedBytes, credential.signature), at.now);
}

/** The same as `verifyCredential` with keys that answer at once (`NodeVerifyingKeys`), for the server's hot path. */
export function verifyCredentialSync(text: string, keys: VerifyingKeys<boolean>, at: { now: Date }): CredentialCheck {
  const { check, isGenuine } = presumeCredential(text, keys, at);
  return isGenuine() ? check : { ok: false, reason: 'bad_signature' };
}

/** What a credential says if it is genuine: nothing of it may be told or kept before `isGenuine` has said so. */
export interface PresumedCheck {
  check: CredentialCheck;
  /** Checks the signature; where it says no, the answer is `bad_signature`. */
  isGenuine(this: void): boolean;
}

/** The same with the signature, which takes longer than all else, left to be checked when the caller has time for it. */
export function presumeCredential(text: string, keys: VerifyingKeys<boolean>, at: { now: Date }): PresumedCheck {
  const credential = decodeCredential(text);
  if (!credential.ok) return { check: credential, isGenuine: () => true };
  const early = refusedUnchecked(credential, keys);
  if (early) return { check: early, isGenuine: () => true };
  const { kid, signedBytes, signature } = credential;
  // `=== true`: as in `judge`.
  return {
    check: judge(credential, true, at.now),
    isGenuine: () => (keys.verify(kid, signedBytes, signature) as unknown) === true,
  };
}

function refusedUnchecked(credential: DecodedCredential, keys: VerifyingKeys): CredentialCheck | null {
  if (!keys.has(credential.kid)) return { ok: false, reason: 'unknown_issuer' };
  return hasCanonicalS(credential.signature) ? null : { ok: false, reason: 'bad_signature' };
}

/** `exp` is the first instant too late, `nbf` the first in time (RFC 8392 sections 3.1.4 and 3.1.5). */
function judge({ kid, claims }: DecodedCredential, genuine: boolean, now: Date): CredentialCheck {
  // `!== true`: an answer that is not the boolean it should be must never let a card through.
  if (genuine !== true) return { ok: false, reason: 'bad_signature' };
  // Written so that an invalid date for `now` is refused too.
  if (!(now.getTime() < claims.expiresAt.getTime())) return { ok: false, reason: 'expired', kid, claims };
  if (claims.notBefore && now < claims.notBefore) return { ok: false, reason: 'not_yet_valid', kid, claims };
  return { ok: true, kid, claims };
}

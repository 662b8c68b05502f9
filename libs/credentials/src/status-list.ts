import { fromBase64Url, type Bytes } from './bytes.js';
import { verifyJws } from './compact-jws.js';
import type { VerifyingKeys } from './credential.js';
import { inflate } from './inflate.js';
import {
  isPlace,
  isSize,
  isStatus,
  MAX_PLACES,
  placesIn,
  setStatus,
  statusAt,
  type ListedStatus,
} from './status-bits.js';

/** `typ` of a whole list, by the Token Status List (draft-ietf-oauth-status-list-21, section 5.1). */
export const STATUS_LIST_TYPE = 'statuslist+jwt';
/** `typ` of what changed since a list; the draft has none, so this is ours. */
export const STATUS_CHANGES_TYPE = 'statuslist-changes+jwt';

/** What is wrong with a list or its changes. Says nothing to a cardholder: keep the list there was. */
export class StatusListInvalid extends Error {
  override name = 'StatusListInvalid';
}

/** Statuses that changed. */
export interface StatusChanges {
  /** The changes hold up to this instant; ask for the next ones since it. */
  issuedAt: Date;
  /** Changes before this instant are not in it. */
  since: Date;
  /** Places of the list by now. */
  size: number;
  /** Each changed place with its present status. */
  changes: readonly (readonly [index: number, status: ListedStatus])[];
}

/** The scheme's status list, checked and unpacked: two bits for each credential. */
export class StatusList {
  private constructor(
    private bytes: Bytes,
    /** The list holds up to this instant at least. */
    readonly issuedAt: Date,
    /** After it the list says nothing any more; null where it does not say. The reader compares. */
    readonly expiresAt: Date | null,
  ) {}

  /**
   * Checks and unpacks a whole list as `GET /api/v1/status-list` gives it.
   * Rejects with StatusListInvalid when no known key signed it, or when it is not a list of ours of a bearable size.
   */
  static async parse(jwt: string, keys: VerifyingKeys): Promise<StatusList> {
    const payload = await payloadOf(jwt, STATUS_LIST_TYPE, keys);
    const { bits, lst } = objectIn(payload['status_list']);
    const issuedAt = instantIn(payload['iat']);
    const expiresAt = payload['exp'] === undefined ? null : instantIn(payload['exp']);
    if (bits !== 2 || typeof lst !== 'string' || !issuedAt) throw new StatusListInvalid('It is not a list of ours.');
    const packed = fromBase64Url(lst);
    const bytes = packed && (await inflate(packed, MAX_PLACES / 4));
    if (!bytes || !isSize(placesIn(bytes))) throw new StatusListInvalid('Its statuses cannot be unpacked.');
    return new StatusList(bytes, issuedAt, expiresAt);
  }

  /** How many places it has. */
  get size(): number {
    return placesIn(this.bytes);
  }

  /** The status of a credential by its index: 0 valid, 1 invalid, 2 suspended, null for an index outside the list. */
  statusOf(index: number): ListedStatus | null {
    return statusAt(this.bytes, index);
  }

  /** Brings the list up to date. Throws StatusListInvalid when changes between the two are missing. */
  apply({ since, size, changes }: StatusChanges): void {
    if (since > this.issuedAt) throw new StatusListInvalid('The changes begin after the list was made.');
    if (size > this.size) {
      const larger = new Uint8Array(size / 4);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (const [index, status] of changes) setStatus(this.bytes, index, status);
  }
}

/**
 * Checks what `GET /api/v1/status-list/changes` gives.
 * Rejects with StatusListInvalid when no known key signed it, or when it is nothing of ours.
 */
export async function parseStatusChanges(jwt: string, keys: VerifyingKeys): Promise<StatusChanges> {
  const payload = await payloadOf(jwt, STATUS_CHANGES_TYPE, keys);
  const [issuedAt, since] = [instantIn(payload['iat']), instantIn(payload['since'])];
  const { size, changes } = payload;
  if (!issuedAt || !since || !isSize(size) || !Array.isArray(changes) || !changes.every(isChangeWithin(size))) {
    throw new StatusListInvalid('They are not changes of ours.');
  }
  return { issuedAt, since, size, changes };
}

async function payloadOf(jwt: string, typ: string, keys: VerifyingKeys): Promise<Record<string, unknown>> {
  const payload = await verifyJws(jwt, typ, keys);
  if (payload === null) throw new StatusListInvalid('No known key signed it.');
  return objectIn(payload);
}

function isChangeWithin(size: number) {
  return (change: unknown): change is [number, ListedStatus] =>
    Array.isArray(change) && change.length === 2 && isPlace(change[0], size) && isStatus(change[1]);
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A NumericDate (RFC 7519 section 2) in whole seconds, or null. */
function instantIn(value: unknown): Date | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32
    ? new Date((value as number) * 1000)
    : null;
}

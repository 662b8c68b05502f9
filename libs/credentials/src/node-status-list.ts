import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';
import { signJws } from './compact-jws.js';
import type { CredentialSigner } from './credential.js';
import { STATUS_CHANGES_TYPE, STATUS_LIST_TYPE, type StatusChanges } from './status-list.js';

const deflating = promisify(deflate);

/** What a whole list says. */
export interface StatusListContent {
  /** Where the list is to be had, its `sub`. */
  url: string;
  /** Statuses as `packStatuses` packs them. */
  bytes: Uint8Array;
  issuedAt: Date;
  expiresAt: Date;
  /** Seconds after which a reader should ask anew. */
  ttl: number;
}

/**
 * A whole list as a signed JWT (draft-ietf-oauth-status-list-21, sections 4.2 and 5.1). The same content and key give
 * the same text.
 */
export async function signStatusList(content: StatusListContent, signer: CredentialSigner): Promise<string> {
  const { url, bytes, issuedAt, expiresAt, ttl } = content;
  // Long runs of nothing with a byte here and there: run lengths pack them within a tenth of the best, and a hundred
  // times faster.
  const packed = await deflating(bytes, { level: 9, strategy: constants.Z_RLE });
  return signJws(
    STATUS_LIST_TYPE,
    {
      sub: url,
      iat: seconds(issuedAt),
      exp: seconds(expiresAt),
      ttl,
      status_list: { bits: 2, lst: packed.toString('base64url') },
    },
    signer,
  );
}

/** What changed since an instant, as a signed JWT. */
export function signStatusChanges(content: StatusChanges, signer: CredentialSigner): Promise<string> {
  const { issuedAt, since, size, changes } = content;
  return signJws(STATUS_CHANGES_TYPE, { iat: seconds(issuedAt), since: seconds(since), size, changes }, signer);
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

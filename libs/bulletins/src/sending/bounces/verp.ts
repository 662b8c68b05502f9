import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Settings } from '@carers/settings';

/** Where bounces come back: an address of ours, and the secret that makes its copies' addresses hard to forge. */
export interface BounceAddress {
  /** As `bounces@card.example`; each copy gets `bounces+<delivery>.<seal>@card.example`. */
  address: string;
  key: KeyObject;
}

/** Where bounces of bulletins come back, as the settings say; null where they come to `MAIL_FROM` and nobody reads them. */
export function bouncesOf({ bulletins, sessionSecret }: Settings): BounceAddress | null {
  const { bounceAddress: address } = bulletins;
  if (!address) return null;
  return { address, key: createSecretKey(createHmac('sha256', sessionSecret).update('bounces').digest()) };
}

/** The envelope sender of one copy (variable envelope return path): a bounce to it says by itself whose it is. */
export function bounceAddress(deliveryId: string, { address, key }: BounceAddress): string {
  const [name, domain] = splitAt(address);
  const id = deliveryId.replaceAll('-', '').toLowerCase();
  return `${name}+${id}.${seal(id, key)}@${domain}`;
}

/** Whose copy came back to an address; null where it is none of ours, or was altered. */
export function deliveryOf(recipient: string, { key }: BounceAddress): string | null {
  // Some servers change the case of the left part.
  const match = /\+([0-9a-f]{32})\.([0-9a-f]{16})@/.exec(recipient.toLowerCase());
  if (!match) return null;
  const [, id, sealed] = match as unknown as [string, string, string];
  if (!timingSafeEqual(Buffer.from(sealed), Buffer.from(seal(id, key)))) return null;
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function seal(id: string, key: KeyObject): string {
  return createHmac('sha256', key).update(id).digest('hex').slice(0, 16);
}

function splitAt(address: string): [string, string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at), address.slice(at + 1)];
}

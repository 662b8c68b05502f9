import { keyedHash } from '@carers/database';
import type { Channel } from './reasons.js';

/** Where a message goes, and to whom there. */
export interface Addressee {
  channel: Channel;
  /** E-mail address, mobile number (E.164), or the lines of a postal address with the postcode last. */
  address: string;
  /** First and last name; left out, the address stands for everybody there. */
  name?: string | null;
}

/** An address of which only the hash is at hand: everybody there. */
export interface HashedAddress {
  channel: Channel;
  /** As `keyOf` gives it. */
  addressHash: string;
}

/** The two hashes that an address is known by. */
export interface AddressKey {
  addressHash: string;
  /** Empty for everybody at the address. */
  nameHash: string;
}

/**
 * Equal addresses as people write them give equal keys. The hash of an e-mail address or a number is the one that
 * `cardholder` and `account` carry, so that SQL can count who is left out without opening a single address.
 */
export function keyOf(to: Addressee | HashedAddress): AddressKey {
  if (!('address' in to)) return { addressHash: to.addressHash, nameHash: '' };
  const { channel, address, name } = to;
  return {
    addressHash: keyedHash(normal[channel](address), purpose[channel]),
    nameHash: name ? keyedHash(wordsOf(name), 'suppressed-name') : '',
  };
}

const purpose: Record<Channel, string> = { email: 'email', text: 'mobile', post: 'suppressed-post' };

const normal: Record<Channel, (address: string) => string> = {
  email: (address) => address.trim().toLowerCase(),
  text: (address) =>
    address
      .replace(/[^\d+]/g, '')
      .replace(/^00/, '+')
      .replace(/^0/, '+44'),
  post: (address) => {
    const lines = address.split('\n').filter((line) => line.trim() !== '');
    // A postcode is the same with and without its space.
    return [...lines.slice(0, -1).map(wordsOf), (lines.at(-1) ?? '').replace(/[\s.]/g, '').toUpperCase()].join(' ');
  },
};

/** Words without case, accents or punctuation, one space between. */
function wordsOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
